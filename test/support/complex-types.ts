import { careHoursFacts } from '../../src/pipeline/preferences/care-hours/care-hours-facts.ts';
import { locationFacts } from '../../src/pipeline/preferences/location-distance/location-facts.ts';
import type { ShownComplexType } from '../../src/pipeline/preferences/complex-types.ts';

/** The two complex types of the contract, as the registry declares them. */
export const CONTRACT_TYPES: readonly ShownComplexType[] = [
  {
    type: 'location_distance',
    graphqlName: 'LocationDistanceMatch',
    description: 'How far places are from a center.',
    facts: locationFacts,
  },
  {
    type: 'care_hours',
    graphqlName: 'CareHoursMatch',
    description: 'Whether a center is open when care is needed.',
    facts: careHoursFacts,
  },
];
