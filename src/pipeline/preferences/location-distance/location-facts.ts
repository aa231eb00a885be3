import { z } from 'zod';
import { TRANSPORT_MODES, TRAVEL_TIME_SOURCES } from '../../../protocol.ts';

const LEG_RATINGS = ['ideal', 'acceptable', 'too_far', 'unknown'] as const;
/** `ideal` is at most 60 % of the limit, `acceptable` at most the limit. */
export type LegRating = (typeof LEG_RATINGS)[number];

const transportMode = z.enum(TRANSPORT_MODES).meta({
  id: 'TransportMode',
  description: 'How a way is made.',
  values: {
    walking: 'On foot.',
    bike: 'By bicycle, unlocking and locking it included.',
    public_transport: 'By bus and train, the walks and the waiting included; on foot where that is quicker.',
    car: 'By car, the way to it and parking included.',
  },
});

const legRating = z.enum(LEG_RATINGS).meta({
  id: 'LegRating',
  description: 'How a way compares with its limit; of two limits, with the tighter one.',
  values: {
    ideal: 'At most 60 % of the limit.',
    acceptable: 'More than 60 % of the limit, and at most the limit.',
    too_far: 'Beyond the limit, or not reachable at all.',
    unknown: 'The place is not known.',
  },
});

const travelTimeSource = z.enum(TRAVEL_TIME_SOURCES).meta({
  id: 'TravelTimeSource',
  description: 'Where the time of a leg is from, or that it is a distance alone.',
  values: {
    routed: 'A routing engine found the way.',
    estimated: 'The time is estimated from the straight line and a usual speed.',
    straight_line: 'A distance alone, in a straight line.',
  },
});

/** One location of a location_distance preference, seen from one center. */
const locationLeg = z
  .object({
    location: z.string().meta({ description: "The location's name, such as `work`; never an address." }),
    transportMode: transportMode.nullable().meta({ description: 'Null where the wish names none.' }),
    distanceKm: z.number().nullable().meta({
      description: 'Kilometres in a straight line from the location to the center; null where the location is unknown.',
    }),
    routeKm: z.number().nullable().meta({ description: 'Kilometres along the way; null unless ROUTED.' }),
    travelMinutes: z.number().nullable().meta({
      description:
        'Minutes from door to door. Null where the constraint is a distance, or nothing is reachable; never 0 for unknown.',
    }),
    maxDistanceKm: z.number().nullable().meta({
      description: 'The wished limit in kilometres, in a straight line; null where the wish has none.',
    }),
    maxTravelMinutes: z.number().nullable().meta({
      description: 'The wished limit in minutes, by the transport mode; null where the wish has none.',
    }),
    rating: legRating.meta({
      description: 'How the way compares with the limit; of two limits, with the tighter one.',
    }),
    source: travelTimeSource.meta({ description: 'Whether the time was routed or estimated, or there is none.' }),
    score: z.number().nullable().meta({
      description:
        '0 to 1: 1 / (1 + (way / (1.5 × limit))^4). Null where unknown; it then counts in no mean, and the preference is not satisfied.',
    }),
  })
  .meta({ id: 'LocationLeg', description: 'One location of a location_distance preference, seen from one center.' });
export type LocationLeg = z.infer<typeof locationLeg>;

/** What a location_distance match says beside the common fields. */
export const locationFacts = z.object({
  legs: z.array(locationLeg).meta({ description: "One for each location of the preference, in the wish's order." }),
});
