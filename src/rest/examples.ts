import { errorBody } from '../errors.ts';
import type { ErrorCode, MatchingEvent, Offer } from '../protocol.ts';
import type { ErrorMessage, RestMessage, RestReceipt, RestStatus, RestTicket } from '../rest-protocol.ts';
import { errorMessage, keepaliveMessage, messageOf, receiptMessage, statusMessage } from './message.ts';

const SESSION_ID = 'session_uuid_123456';
const PARENT_ID = '550e8400-e29b-41d4-a716-446655440001';
const TIMESTAMP = 1_699_123_456_789;

/** An example of a body or of an answer, as OpenAPI writes it. */
export type Example = Readonly<{ summary?: string; value: unknown }>;
export type Examples = Readonly<Record<string, Example>>;

export const START_EXAMPLES: Examples = {
  everything: {
    value: {
      parent_id: PARENT_ID,
      limit: 10,
      max_distance_km: 15,
      include_full_centers: false,
      include_explanations: true,
      session_id: 'optional-custom-session-id',
    },
  },
  the_least: { summary: 'All but the parent has a default.', value: { parent_id: PARENT_ID } },
};

export const RESPOND_EXAMPLES: Examples = {
  address: answered('location_input', { address: 'Potsdamer Platz 1, Berlin', source: 'user_address' }),
  coordinates: answered('location_input', { latitude: 52.5096, longitude: 13.3765, source: 'user_coordinates' }),
  confirmation: answered('confirmation', { confirmed: true }),
  choice: answered('choice', { selected_option: { value: 'option_1', label: 'First Option' } }),
  declined: answered('location_input', { declined: true }),
};

export const RECEIPT_EXAMPLE: RestReceipt = receiptMessage({
  sessionId: SESSION_ID,
  interactionId: 'interaction_0',
  status: 'received',
});

export const TICKET_EXAMPLE: RestTicket = {
  ticket: 'bm90LWEtdGlja2V0LWp1c3QtMzItYnl0ZXMtb2YteHg',
  expires_at: TIMESTAMP + 2_100_000,
};

const ENVELOPE = { sessionId: SESSION_ID, timestamp: TIMESTAMP };

const QUESTION = {
  ...ENVELOPE,
  type: 'user_interaction',
  sequence: 4,
  interactionId: 'interaction_0',
  interactionType: 'location_input',
  question: 'Where is your work located?',
  fieldName: 'work_location',
  context: { preferenceId: 'pref_uuid_123', requiredFor: 'distance_calculation', reason: 'missing', attempt: 1 },
  options: null,
  expiresAt: TIMESTAMP + 300_000,
} as const satisfies MatchingEvent;

export const STATUS_EXAMPLE: RestStatus = statusMessage({
  sessionId: SESSION_ID,
  completed: false,
  interactionsCount: 1,
  hasResults: false,
  stage: 'processing_complex_preferences',
  progress: 0.6,
  pendingInteractions: [QUESTION],
  lastSequence: 4,
  startedAt: TIMESTAMP,
  expiresAt: null,
});

const OFFER: Offer = {
  centerId: 'center_uuid_456',
  centerName: 'Green Garden Daycare',
  score: 0.87,
  preferenceMatches: {
    simplePreferences: [],
    complexPreferences: [
      {
        type: 'location_distance',
        preferenceId: 'pref_uuid_123',
        satisfied: true,
        details: 'home: ideal walking time (8min); work: acceptable bike time (18min)',
        score: 0.95,
        processingMetadata: {
          pipelineUsed: true,
          pipelineName: 'location_resolver->distance_calculator->location_scorer',
          executionTimesMs: [120, 45, 30],
        },
        facts: { legs: [] },
      },
    ],
  },
  explanation: 'Meets every wish.',
  center: null,
};

const RESULTS: MatchingEvent = {
  ...ENVELOPE,
  type: 'match_results',
  sequence: 7,
  success: true,
  offers: [OFFER],
  counterfactuals: [
    {
      preferenceId: 'pref_uuid_123',
      type: 'location_distance',
      fieldName: 'work_max_travel_minutes',
      value: 25,
      addsCenters: 6,
      isAtLeast: false,
      details: '25 instead of 20 minutes by bike to work adds 6 centers',
    },
  ],
  processingDetails: {
    centersEvaluated: 45,
    complexTypesProcessed: ['location_distance'],
    processingTimeMs: 2340,
    interactionsRequired: 1,
    warnings: [],
  },
};

const UPDATE: MatchingEvent = {
  ...ENVELOPE,
  type: 'processing_update',
  sequence: 1,
  stage: 'loading_preferences',
  progress: 0.25,
  details: 'Loading parent preferences from database',
  answeredInteractionId: null,
};

const MESSAGES: readonly RestMessage[] = [
  messageOf(UPDATE),
  messageOf(QUESTION),
  messageOf(RESULTS),
  messageOf({
    ...ENVELOPE,
    sequence: 5,
    ...errorBody('processing_error', { parentId: PARENT_ID, failedStage: 'processing_complex_preferences' }),
  }),
  keepaliveMessage(SESSION_ID),
];

/** One of each type of message. */
export const MESSAGE_EXAMPLES: Examples = Object.fromEntries(MESSAGES.map((value) => [value.type, { value }]));

/** An error as the answer to a request. */
export function errorExample(code: ErrorCode, message?: string): ErrorMessage {
  const details = code === 'rate_limited' || code === 'unavailable' ? { retryAfterMs: 1000 } : {};
  return errorMessage({ ...errorBody(code, details, message), fatal: true, ...ENVELOPE, sequence: 0 });
}

function answered(responseType: string, responseData: Readonly<Record<string, unknown>>): Example {
  return {
    value: {
      session_id: SESSION_ID,
      interaction_id: 'interaction_0',
      response_type: responseType,
      response_data: responseData,
    },
  };
}
