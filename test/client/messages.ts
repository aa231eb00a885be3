import { ERRORS } from '../../src/errors.ts';
import type { ErrorCode, InteractionType } from '../../src/protocol.ts';
import type {
  ErrorMessage,
  MatchResultsMessage,
  ProcessingUpdateMessage,
  RestMessage,
  RestOffer,
  UserInteractionMessage,
} from '../../src/rest-protocol.ts';

/** Messages as the service writes them. */
export const SESSION = 'session-of-a-test';
export const PARENT = '550e8400-e29b-41d4-a716-446655440001';

const ENVELOPE = { session_id: SESSION, timestamp: 1_700_000_000_000 };

export function update(sequence: number, answered?: string): ProcessingUpdateMessage {
  return {
    ...ENVELOPE,
    type: 'processing_update',
    sequence,
    stage: 'processing_complex_preferences',
    progress: Math.min(1, sequence / 10),
    details: `step ${sequence}`,
    ...(answered === undefined ? {} : { answered_interaction_id: answered }),
  };
}

export function question(
  sequence: number,
  number: number,
  given: { readonly type?: InteractionType; readonly text?: string; readonly field?: string } = {},
): UserInteractionMessage {
  const { type = 'location_input', text = 'Where is your work located?', field = 'work_location' } = given;
  return {
    ...ENVELOPE,
    type: 'user_interaction',
    sequence,
    interaction_id: `interaction_${number}`,
    interaction_type: type,
    question: text,
    field_name: field,
    context: { preference_id: null, required_for: 'distance_calculation', reason: 'missing', attempt: 1 },
    expires_at: ENVELOPE.timestamp + 300_000,
    ...(type === 'choice' ? { options: OPTIONS } : {}),
  };
}

export const OPTIONS = [
  { value: 'place_0', label: 'Hauptstraße 1, 10827 Berlin' },
  { value: 'none', label: 'None of these' },
];

export function results(sequence: number, offers: readonly RestOffer[] = [offer()]): MatchResultsMessage {
  return {
    ...ENVELOPE,
    type: 'match_results',
    sequence,
    success: true,
    offers,
    counterfactuals: [
      {
        preference_id: 'p1',
        type: 'location_distance',
        field_name: 'work_max_travel_minutes',
        value: 25,
        adds_centers: 6,
        is_at_least: false,
        details: '25 instead of 20 minutes by bike to work adds 6 centers',
      },
    ],
    processing_details: {
      centers_evaluated: 45,
      complex_types_processed: ['location_distance'],
      processing_time_ms: 12,
      interactions_required: 1,
      warnings: [{ code: 'home_unknown', field: 'home_location', message: 'Home is not known.' }],
    },
  };
}

export function offer(given: Partial<RestOffer> = {}): RestOffer {
  return {
    center_id: 'c1',
    center_name: 'Green Garden Daycare',
    score: 0.87,
    preference_matches: {
      simple_preferences: { language: { satisfied: false, score: null } },
      complex_preferences: {
        location_distance: {
          preference_id: 'p1',
          satisfied: true,
          score: 0.95,
          details: 'work: acceptable bike time (18min)',
          processing_metadata: { pipeline_used: true, pipeline_name: 'a->b', execution_times: [1, 2] },
        },
      },
    },
    ...given,
  };
}

/** `sequence` 0: an error that is no part of the log. */
export function error(code: ErrorCode, sequence: number, details: Partial<ErrorMessage['details']> = {}): ErrorMessage {
  return {
    ...ENVELOPE,
    type: 'error',
    sequence,
    error_code: code,
    message: ERRORS[code].message,
    fatal: ERRORS[code].fatal,
    details: {
      parent_id: null,
      failed_stage: null,
      interaction_id: null,
      retry_after_ms: null,
      request_id: null,
      issues: [],
      ...details,
    },
  };
}

export const KEEPALIVE: RestMessage = { type: 'keepalive', session_id: SESSION };
