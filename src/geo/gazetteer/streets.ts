import type { Street } from './entries.ts';
import { STREETS_OF_FRIEDRICHSHAIN_KREUZBERG, STREETS_OF_PANKOW } from './streets-center.ts';
import { STREETS_OF_LICHTENBERG, STREETS_OF_MARZAHN_HELLERSDORF } from './streets-east.ts';
import { STREETS_OF_MITTE } from './streets-mitte.ts';
import {
  STREETS_OF_NEUKOELLN,
  STREETS_OF_TEMPELHOF_SCHOENEBERG,
  STREETS_OF_TREPTOW_KOEPENICK,
} from './streets-southeast.ts';
import {
  STREETS_OF_CHARLOTTENBURG_WILMERSDORF,
  STREETS_OF_REINICKENDORF,
  STREETS_OF_SPANDAU,
  STREETS_OF_STEGLITZ_ZEHLENDORF,
} from './streets-west.ts';

/**
 * Well-known streets and squares of all twelve districts: far from every street of Berlin, but those that people name
 * most. A name that stands in several localities has a row in each that is known here.
 */
export const STREETS: readonly Street[] = [
  ...STREETS_OF_MITTE,
  ...STREETS_OF_FRIEDRICHSHAIN_KREUZBERG,
  ...STREETS_OF_PANKOW,
  ...STREETS_OF_CHARLOTTENBURG_WILMERSDORF,
  ...STREETS_OF_SPANDAU,
  ...STREETS_OF_STEGLITZ_ZEHLENDORF,
  ...STREETS_OF_TEMPELHOF_SCHOENEBERG,
  ...STREETS_OF_NEUKOELLN,
  ...STREETS_OF_TREPTOW_KOEPENICK,
  ...STREETS_OF_MARZAHN_HELLERSDORF,
  ...STREETS_OF_LICHTENBERG,
  ...STREETS_OF_REINICKENDORF,
];

/** What people call a street or square besides its name: `[nickname, name]`. */
export const STREET_NICKNAMES: readonly (readonly [nickname: string, name: string])[] = [
  ["Ku'damm", 'Kurfürstendamm'],
  ['Alex', 'Alexanderplatz'],
  ['Kotti', 'Kottbusser Tor'],
  ['Boxi', 'Boxhagener Platz'],
  ['Helmi', 'Helmholtzplatz'],
  ['Stutti', 'Stuttgarter Platz'],
];
