import type { Parent } from '../parents.ts';
import type { PreferenceRow } from '../preferences.ts';

/** Whose parent it is when nobody asks for a token. */
const DEMO_ACCOUNT = 'demo';

export interface DemoParent extends Parent {
  readonly account: string;
  readonly preferences: readonly PreferenceRow[];
}

/** The parents of the demo data. Their homes are squares, where nobody in particular lives. */
export const DEMO_PARENTS: readonly DemoParent[] = [
  {
    // Work is not known, and is asked for.
    ...family(1, 'Kollwitzplatz, 10435 Berlin', [13.417, 52.5363]),
    preferences: [
      preference(1, 1, 'location_distance', {
        locations: [
          { name: 'home', max_travel_minutes: 15, transport_mode: 'walking' },
          { name: 'work', max_travel_minutes: 20, transport_mode: 'bike' },
        ],
      }),
    ],
  },
  {
    // Grandparents by their address; work is not known, and is asked for.
    ...family(2, 'Viktoria-Luise-Platz, 10777 Berlin', [13.3425, 52.4957]),
    preferences: [
      preference(2, 1, 'location_distance', {
        locations: [
          { name: 'home', max_distance_km: 5 },
          { name: 'grandparents', address: 'Unter den Linden 1, Berlin', max_distance_km: 8 },
          { name: 'work', max_travel_minutes: 25, transport_mode: 'public_transport' },
        ],
      }),
    ],
  },
  {
    // Everything is known: work, by its coordinates, is Alexanderplatz.
    ...family(3, 'Boxhagener Platz, 10245 Berlin', [13.4596, 52.5107]),
    preferences: [
      preference(3, 1, 'location_distance', {
        locations: [
          { name: 'home', max_travel_minutes: 15, transport_mode: 'walking' },
          { name: 'work', latitude: 52.5219, longitude: 13.4132, max_travel_minutes: 25, transport_mode: 'bike' },
        ],
      }),
      preference(3, 2, 'free_places', { at_least: 1 }),
    ],
  },
  {
    // Berlin has more than one Hauptstraße 5: one has to be chosen.
    ...family(4, 'Richardplatz, 12055 Berlin', [13.4467, 52.4752]),
    childBirthMonth: '2026-06-01',
    preferences: [
      preference(4, 1, 'location_distance', {
        locations: [
          { name: 'home', max_travel_minutes: 20, transport_mode: 'walking' },
          { name: 'work', address: 'Hauptstraße 5, Berlin', max_travel_minutes: 40, transport_mode: 'bike' },
        ],
      }),
    ],
  },
  {
    // No center meets all three. One would if home might be a few minutes further (see demo-centers.ts).
    ...family(5, 'Klausenerplatz, 14059 Berlin', [13.2903, 52.5175]),
    preferences: [
      preference(5, 1, 'location_distance', {
        locations: [{ name: 'home', max_travel_minutes: 5, transport_mode: 'walking' }],
      }),
      preference(5, 2, 'care_hours', { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '06:00', to: '19:00' }),
      preference(5, 3, 'language', { language: 'vi' }),
    ],
  },
  {
    // Four kinds of wishes, and a center that meets them all.
    ...family(6, 'Leopoldplatz, 13353 Berlin', [13.3593, 52.5466]),
    childBirthMonth: '2024-01-01',
    careFrom: '2027-01-01',
    preferences: [
      preference(6, 1, 'location_distance', {
        locations: [{ name: 'home', max_travel_minutes: 20, transport_mode: 'walking' }],
      }),
      preference(6, 2, 'care_hours', { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '06:30', to: '18:00' }),
      preference(6, 3, 'language', { language: 'en' }),
      preference(6, 4, 'pedagogy', { concept: 'montessori' }),
    ],
  },
  {
    // Of another account: shows that it cannot be reached.
    ...family(7, 'Breitenbachplatz, 14195 Berlin', [13.3086, 52.4665]),
    account: 'other',
    preferences: [
      preference(7, 1, 'location_distance', {
        locations: [{ name: 'home', max_travel_minutes: 15, transport_mode: 'walking' }],
      }),
    ],
  },
];

/** A child of 29 months when care begins, which most centers take. `number` ends the parent's id. */
function family(number: number, homeAddress: string, [longitude, latitude]: readonly [number, number]) {
  return {
    id: `550e8400-e29b-41d4-a716-44665544${String(number).padStart(4, '0')}`,
    account: DEMO_ACCOUNT,
    homeAddress,
    homeLocation: { longitude, latitude },
    childBirthMonth: '2025-03-01',
    careFrom: '2027-08-01',
  };
}

/** Preference `number` of a parent; all weigh the same. */
function preference(parent: number, number: number, type: string, payload: unknown): PreferenceRow {
  const ending = `${String(parent).padStart(8, '0')}${String(number).padStart(4, '0')}`;
  return { id: `7d9e4b60-52a1-4c3f-8e0d-${ending}`, type, weight: 1, payload };
}
