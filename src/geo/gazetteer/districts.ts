import type { District } from './entries.ts';

/**
 * The twelve districts of Berlin, in their official order. Centers are
 * approximate, near the middle of the built-up area.
 */
export const DISTRICTS: readonly District[] = [
  { name: 'Mitte', at: [52.531, 13.367] },
  { name: 'Friedrichshain-Kreuzberg', at: [52.506, 13.428] },
  { name: 'Pankow', at: [52.58, 13.43] },
  { name: 'Charlottenburg-Wilmersdorf', at: [52.5, 13.28] },
  { name: 'Spandau', at: [52.532, 13.185] },
  { name: 'Steglitz-Zehlendorf', at: [52.437, 13.25] },
  { name: 'Tempelhof-Schöneberg', at: [52.447, 13.376] },
  { name: 'Neukölln', at: [52.447, 13.447] },
  { name: 'Treptow-Köpenick', at: [52.434, 13.588] },
  { name: 'Marzahn-Hellersdorf', at: [52.526, 13.58] },
  { name: 'Lichtenberg', at: [52.534, 13.501] },
  { name: 'Reinickendorf', at: [52.596, 13.31] },
];
