import { careHours } from './care-hours/care-hours.ts';
import { freePlaces } from './free-places/free-places.ts';
import { language } from './language/language.ts';
import { locationDistance } from './location-distance/location-distance.ts';
import { pedagogy } from './pedagogy/pedagogy.ts';
import type { PreferenceType } from './preference-type.ts';

/** Every kind of preference. A new one is a folder beside these and a line here. */
export const PREFERENCE_TYPES: readonly PreferenceType[] = [
  locationDistance,
  careHours,
  language,
  pedagogy,
  freePlaces,
];
