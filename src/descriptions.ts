import { ENUMS } from './descriptions/enums.ts';
import { ERROR_TYPES } from './descriptions/errors.ts';
import { EVENTS } from './descriptions/events.ts';
import { INPUTS } from './descriptions/inputs.ts';
import { INTERACTIONS } from './descriptions/interactions.ts';
import { OFFERS } from './descriptions/offers.ts';
import { RESULTS } from './descriptions/results.ts';
import { STATUS } from './descriptions/status.ts';

/**
 * What the API says of itself, by GraphQL's names of types, fields and enums, for both faces. The words are GraphQL's,
 * `maxDistanceKm` and `INVALID_REQUEST`: REST says its own instead.
 */
export const DESCRIPTIONS = {
  Timestamp: { description: 'Milliseconds since the Unix epoch, a whole number, UTC.' },
  ...ENUMS,
  ...EVENTS,
  ...INTERACTIONS,
  ...RESULTS,
  ...OFFERS,
  ...ERROR_TYPES,
  ...STATUS,
  ...INPUTS,
} as const;
