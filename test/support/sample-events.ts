import type {
  ComplexPreferenceMatch,
  MatchResults,
  Offer,
  ProcessingUpdate,
  SessionError,
  UserInteraction,
} from '../../src/protocol.ts';
import { errorBody } from '../../src/errors.ts';

const ENVELOPE = { sessionId: 'session-of-a-test', timestamp: 1_700_000_000_000 };

/** One event of each kind, with every optional part given. */
export function sampleUpdate(sequence = 1): ProcessingUpdate {
  return {
    ...ENVELOPE,
    sequence,
    type: 'processing_update',
    stage: 'loading_preferences',
    progress: 0.25,
    details: 'Loading',
    answeredInteractionId: null,
  };
}

export function sampleQuestion(sequence = 2): UserInteraction {
  return {
    ...ENVELOPE,
    sequence,
    type: 'user_interaction',
    interactionId: 'interaction_0',
    interactionType: 'choice',
    question: 'Which one?',
    fieldName: 'work_location',
    context: { preferenceId: 'p', requiredFor: 'distance_calculation', reason: 'ambiguous', attempt: 1 },
    options: [{ value: 'none', label: 'None of these' }],
    expiresAt: 1_700_000_300_000,
  };
}

export function sampleResults(sequence = 3): MatchResults {
  return {
    ...ENVELOPE,
    sequence,
    type: 'match_results',
    success: true,
    offers: [sampleOffer()],
    counterfactuals: [
      {
        preferenceId: 'preference of location_distance',
        type: 'location_distance',
        fieldName: 'work_max_travel_minutes',
        value: 25,
        addsCenters: 6,
        isAtLeast: true,
        details: '25 instead of 20 minutes by bike to work adds at least 6 centers',
      },
    ],
    processingDetails: {
      centersEvaluated: 1,
      complexTypesProcessed: ['location_distance'],
      processingTimeMs: 5,
      interactionsRequired: 1,
      warnings: [{ code: 'home_unknown', field: 'home_location', message: 'Home is unknown.' }],
    },
  };
}

export function sampleError(sequence = 4): SessionError {
  return { ...ENVELOPE, ...errorBody('session_cancelled', { failedStage: 'finding_centers' }), sequence };
}

function sampleOffer(): Offer {
  return {
    centerId: 'c1',
    centerName: 'Green Garden',
    score: 0.87,
    preferenceMatches: {
      simplePreferences: [{ type: 'language', satisfied: false, details: null, score: null }],
      complexPreferences: [
        complexMatch('location_distance', {
          legs: [
            {
              location: 'work',
              transportMode: 'public_transport',
              distanceKm: 1.5,
              routeKm: null,
              travelMinutes: 12,
              maxDistanceKm: null,
              maxTravelMinutes: 20,
              rating: 'too_far',
              source: 'straight_line',
              score: 0.5,
            },
          ],
        }),
        complexMatch('care_hours', { uncoveredMinutes: null }),
      ],
    },
    explanation: 'About 7 minutes more by bike to work.',
    center: {
      id: 'c1',
      name: 'Green Garden',
      address: 'A 1',
      district: null,
      latitude: 52.5,
      longitude: 13.4,
      languages: ['de'],
      pedagogy: null,
      openingHours: 'Mo-Fr 07:00-17:00',
      capacity: 40,
      freePlaces: 2,
      freePlacesUpdatedAt: 1_690_000_000_000,
      minAgeMonths: 12,
      maxAgeMonths: 72,
      website: null,
      phone: null,
    },
  };
}

function complexMatch(type: string, facts: Record<string, unknown>): ComplexPreferenceMatch {
  return {
    type,
    preferenceId: `preference of ${type}`,
    satisfied: true,
    details: 'work: fine',
    score: 0.9,
    processingMetadata: { pipelineUsed: true, pipelineName: 'a->b', executionTimesMs: [1, 2] },
    facts,
  };
}
