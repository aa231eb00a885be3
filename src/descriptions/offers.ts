import type { Center, ComplexPreferenceMatch, Offer, ProcessingMetadata, SimplePreferenceMatch } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** Centers that are offered, and how they meet each wish. What a complex type says besides is described with its facts. */
export const OFFERS = {
  Offer: {
    description: 'A center that is offered.',
    fields: {
      centerId: 'Stable over sessions.',
      centerName: 'What the center is called.',
      score: "0 to 1: the weighted mean of the scores of the parent's preferences.",
      preferenceMatches: 'How the center meets each preference.',
      explanation:
        "What this center costs against the wishes, in the person's terms, such as `7 minutes more by bike to work; English is not spoken.`",
    },
  } satisfies DescribedType<Offer>,
  PreferenceMatches: {
    description: 'How an offer meets each preference of the parent.',
  },
  SimplePreferenceMatch: {
    description: 'A wish that one column answers, such as a language or a pedagogical concept.',
    fields: {
      satisfied: 'Whether the center meets the wish.',
      score: '0 to 1. Null where the center does not say; it then counts in no mean, and is not satisfied.',
    },
  } satisfies DescribedType<SimplePreferenceMatch>,
  ComplexPreferenceMatch: {
    fields: {
      preferenceId: 'The preference of the parent.',
      satisfied: 'Whether the center meets the wish.',
      details: "For people, in the session's locale.",
      score: '0 to 1.',
      processingMetadata: 'How it was worked out.',
    },
  } satisfies Pick<DescribedType<ComplexPreferenceMatch>, 'fields'>,
  ProcessingMetadata: {
    description: 'How a complex preference was worked out.',
    fields: {
      pipelineUsed: 'Whether it went through its pipeline.',
      pipelineName: 'The steps, joined by `->`, such as location_resolver->distance_calculator->location_scorer.',
      executionTimesMs: 'One for each step, in whole milliseconds of work.',
    },
  } satisfies DescribedType<ProcessingMetadata>,
  Center: {
    description: 'A childcare center. Null is always: not known.',
    fields: {
      id: 'The same as Offer.centerId.',
      name: 'Its name.',
      address: 'Street, number and city on one line.',
      district: 'The part of the city.',
      latitude: 'Degrees, -90 to 90, WGS84.',
      longitude: 'Degrees, -180 to 180, WGS84.',
      languages: 'ISO 639-1 codes, such as `de`; empty where unknown.',
      pedagogy: 'Its concept, such as `montessori`.',
      openingHours: 'OpenStreetMap opening_hours syntax, such as `Mo-Fr 07:00-17:00`.',
      capacity: 'Places in all.',
      freePlaces: 'Places that were free at freePlacesUpdatedAt.',
      freePlacesUpdatedAt: 'When freePlaces was last known.',
      minAgeMonths: 'Youngest age taken, in months.',
      maxAgeMonths: 'Oldest age taken, in months.',
      website: 'A URL.',
      phone: 'A telephone number as it is dialled.',
    },
  } satisfies DescribedType<Center>,
} as const;
