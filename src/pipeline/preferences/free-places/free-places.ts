import { z } from 'zod';
import { knownAssessment } from '../known-assessment.ts';
import type { Assessment, Limit, PreferenceType, PreparedWish, Wish } from '../preference-type.ts';
import { simpleWish } from '../simple-wish.ts';
import { fewerPlacesText, freePlacesCost, freePlacesText } from './texts.ts';

const RANGE = 'at_least must be a whole number from 1 to 500';

/** The payload of a free_places preference: so many places, 1 to 500, that are free. */
export const freePlacesPayload = z.object({
  at_least: z.int({ error: RANGE }).min(1, RANGE).max(500, RANGE),
});
export type FreePlacesPayload = z.infer<typeof freePlacesPayload>;

const UNKNOWN = knownAssessment(null, false);

/** Free places at a center: the share of those wished, at most 1; null where the center does not say. */
export const freePlaces = {
  type: 'free_places',
  payload: freePlacesPayload,
  columns: ['freePlaces'],
  complex: null,
  async prepare(wish: Wish<FreePlacesPayload>): Promise<PreparedWish> {
    return prepareFreePlacesWish(wish);
  },
} satisfies PreferenceType<FreePlacesPayload>;

function prepareFreePlacesWish(wish: Wish<FreePlacesPayload>): PreparedWish {
  const wished = wish.payload.at_least;
  return simpleWish({
    wish,
    type: freePlaces,
    assess: (center) => assessmentOf(center.freePlaces, wished),
    details: (center, locale) => freePlacesText(locale, center.freePlaces, wished),
    cost: (center, locale) => freePlacesCost(locale, center.freePlaces, wished),
    limits: [placesLimit(wish)],
  });
}

function placesLimit(wish: Wish<FreePlacesPayload>): Limit {
  const wished = wish.payload.at_least;
  return {
    key: 'at_least',
    fieldName: 'free_places_at_least',
    neededFor: ({ freePlaces: free }) => (free === null || free < 1 || free >= wished ? null : free),
    relativeChange: (value) => Math.abs(wished - value) / wished,
    words: (value, locale) => fewerPlacesText(locale, value, wished),
    loosenedTo: (value) => prepareFreePlacesWish({ ...wish, payload: { at_least: value } }),
  };
}

function assessmentOf(free: number | null, wished: number): Assessment {
  return free === null ? UNKNOWN : knownAssessment(Math.min(1, free / wished), free >= wished);
}
