import type { MatchingInput, MatchResultsBody, ProcessingUpdateBody, Question } from '../../src/protocol.ts';
import type { Aliveness } from '../../src/session/lifeline.ts';

/** The input of a session that nobody has a particular wish about. */
export function matchingInput(changes: Partial<MatchingInput> = {}): MatchingInput {
  return {
    parentId: '550e8400-e29b-41d4-a716-446655440001',
    limit: 10,
    maxDistanceKm: 15,
    includeFullCenters: false,
    includeExplanations: true,
    locale: 'en',
    ...changes,
  };
}

/** A step of progress. */
export function progressAt(progress: number): ProcessingUpdateBody {
  return {
    type: 'processing_update',
    stage: 'finding_centers',
    progress,
    details: `at ${progress}`,
    answeredInteractionId: null,
  };
}

/** Results without an offer. */
export function noOffers(): MatchResultsBody {
  return {
    type: 'match_results',
    success: false,
    offers: [],
    counterfactuals: [],
    processingDetails: {
      centersEvaluated: 0,
      complexTypesProcessed: [],
      processingTimeMs: 0,
      interactionsRequired: 0,
      warnings: [],
    },
  };
}

/** A question about a place. */
export function locationQuestion(fieldName = 'work_location'): Question {
  return {
    interactionType: 'location_input',
    question: 'Where is your work located?',
    fieldName,
    context: { preferenceId: 'pref', requiredFor: 'distance_calculation', reason: 'missing', attempt: 1 },
    options: null,
  };
}

/** The life of an instance that never ends. */
export const alwaysAlive: Aliveness = { isAlive: () => true, listen: () => {} };
