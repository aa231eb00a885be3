import type { Counterfactual, MatchResults, ProcessingDetails, Warning } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** What a session ends with when all goes well. */
export const RESULTS = {
  MatchResults: {
    description: 'The offers. It is the last event of its session.',
    fields: {
      success: 'False only when no center could be evaluated.',
      offers:
        'At most `limit` of all evaluated centers: those that satisfy every wish first, then by score, then by distance from home, then by id.',
      counterfactuals:
        'The other limits that would help most, best first: at most three, and none unless includeExplanations.',
      processingDetails: 'How the offers came about.',
    },
  } satisfies DescribedType<MatchResults>,
  Counterfactual: {
    description: 'What another value of one limit would change, computed from what is known of the centers.',
    fields: {
      preferenceId: 'The preference of the parent whose limit it is.',
      type: "The preference's type, such as location_distance.",
      fieldName: 'The limit, such as work_max_travel_minutes.',
      value: 'The other value, in the unit of the limit: minutes, kilometres, minutes since midnight, or places.',
      addsCenters: 'Centers that would meet every wish with it and do not without, 1 or more.',
      isAtLeast: 'True: addsCenters are sure, and there may be more, because not everything is known of some centers.',
      details:
        "For people, in the session's locale, such as `25 instead of 20 minutes by bike to work adds 6 centers`.",
    },
  } satisfies DescribedType<Counterfactual>,
  ProcessingDetails: {
    description: 'How the offers came about.',
    fields: {
      centersEvaluated: 'Centers that were scored, 0 or more.',
      complexTypesProcessed: 'Types of complex preferences that were worked out, such as location_distance.',
      processingTimeMs: 'Milliseconds of work alone: the time that a person took to answer is not in it.',
      interactionsRequired: 'Questions that were asked.',
      warnings: 'What could not be taken into account, and why; empty when everything was.',
    },
  } satisfies DescribedType<ProcessingDetails>,
  Warning: {
    description: 'Something that could not be taken into account.',
    fields: {
      code: 'For programs.',
      field: 'The field or location concerned, such as work_location; never an address.',
      message: "For people, in the session's locale.",
    },
  } satisfies DescribedType<Warning>,
} as const;
