import { type CenterRow, madeUpCenters } from './centers.ts';

/** How many centers the demo data has, with those that are written here. */
export const DEMO_CENTERS_COUNT = 300;

/** With another one all centers but those of the stories move. */
const DEMO_SEED = 20_260_930;

/** The same 300 centers every time. */
export function demoCenters(): readonly CenterRow[] {
  return [...madeUpCenters(DEMO_CENTERS_COUNT - STORY_CENTERS.length, DEMO_SEED), ...STORY_CENTERS];
}

/** What every center of a story has in common, so that only what its story needs stands out. */
const USUAL = {
  capacity: 60,
  free_places: 2,
  free_places_updated_at: new Date(Date.UTC(2026, 8, 28)),
  min_age_months: 12,
  max_age_months: 72,
} as const;

/** Centers that the stories of single demo parents need: see demo-parents.ts. */
const STORY_CENTERS: readonly CenterRow[] = [
  {
    // Parent 0005: all that is wished for, but some 8 minutes on foot from home instead of 5.
    ...USUAL,
    id: '3e0c1a54-7b1d-4d0e-9a55-000000000501',
    name: 'Kita Laternenhafen Charlottenburg am Park',
    address: 'Windfangweg 14, 14059 Berlin',
    district: 'Charlottenburg-Wilmersdorf',
    location: { x: 13.29619, y: 52.5202 },
    languages: ['de', 'vi'],
    pedagogy: 'offenes_konzept',
    opening_hours: 'Mo-Fr 06:00-19:00',
    website: 'https://kita-laternenhafen-charlottenburg-am-park.example',
    phone: '030 23125501',
  },
  {
    // Parent 0005: the best there is as things are. Near, but it opens too late and closes too early.
    ...USUAL,
    id: '3e0c1a54-7b1d-4d0e-9a55-000000000502',
    name: 'Kinderladen Papierbootufer Charlottenburg am Platz',
    address: 'Knopfmacherzeile 3, 14059 Berlin',
    district: 'Charlottenburg-Wilmersdorf',
    location: { x: 13.28883, y: 52.51849 },
    languages: ['de', 'vi'],
    pedagogy: 'situationsansatz',
    opening_hours: 'Mo-Fr 06:30-17:30',
    website: 'https://kinderladen-papierbootufer-charlottenburg-am-platz.example',
    phone: '030 23125502',
  },
  {
    // Parent 0006: meets all four wishes.
    ...USUAL,
    id: '3e0c1a54-7b1d-4d0e-9a55-000000000601',
    name: 'Kinderhaus Glühwurmwerkstatt Wedding am Kanal',
    address: 'Silberdistelsteig 27, 13347 Berlin',
    district: 'Mitte',
    location: { x: 13.36814, y: 52.5511 },
    languages: ['de', 'en', 'tr'],
    pedagogy: 'montessori',
    opening_hours: 'Mo-Fr 06:00-18:00',
    website: 'https://kinderhaus-gluehwurmwerkstatt-wedding-am-kanal.example',
    phone: '030 23125601',
  },
];
