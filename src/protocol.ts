/**
 * The protocol: what a session says and hears. One file for both faces (GraphQL and REST), so that no message type,
 * stage or interaction is declared twice. Names here are camelCase with lower-case values; GraphQL upper-cases the
 * values, REST snake_cases the names.
 */

export const STAGES = [
  'loading_preferences',
  'finding_centers',
  'processing_complex_preferences',
  'generating_results',
] as const;
/** The four stages of a run, in their order. */
export type Stage = (typeof STAGES)[number];

export const LOCALES = ['en', 'de'] as const;
/** The language of questions, details and warnings. */
export type Locale = (typeof LOCALES)[number];

export const TRANSPORT_MODES = ['walking', 'bike', 'public_transport', 'car'] as const;
export type TransportMode = (typeof TRANSPORT_MODES)[number];

export const TRAVEL_TIME_SOURCES = ['routed', 'estimated', 'straight_line'] as const;
/** `routed` came from a routing engine, `estimated` from distance and speed, `straight_line` is a distance alone. */
export type TravelTimeSource = (typeof TRAVEL_TIME_SOURCES)[number];

export const INTERACTION_TYPES = ['location_input', 'confirmation', 'choice'] as const;
export type InteractionType = (typeof INTERACTION_TYPES)[number];

export const INTERACTION_REASONS = [
  'missing',
  'ambiguous',
  'not_found',
  'imprecise',
  'no_match',
  'provider_unavailable',
] as const;
/** Why a question is asked. */
export type InteractionReason = (typeof INTERACTION_REASONS)[number];

export const WARNING_CODES = [
  'location_not_found',
  'location_declined',
  'location_not_asked',
  'estimated_travel_time',
  'provider_unavailable',
  'wish_wider_than_radius',
  'nothing_satisfies',
  'opening_hours_unknown',
  'child_age_unknown',
  'home_unknown',
  'preference_ignored',
] as const;
/** What could not be taken into account. */
export type WarningCode = (typeof WARNING_CODES)[number];

export const ERROR_CODES = [
  'session_not_found',
  'processing_error',
  'geocoding_failed',
  'user_interaction_timeout',
  'invalid_response',
  'parent_not_found',
  'interaction_not_found',
  'interaction_already_answered',
  'session_conflict',
  'session_cancelled',
  'history_lost',
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'unavailable',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The value of the option that every choice ends with: none of the places offered is meant. */
export const NONE_OF_THESE = 'none';

/** A place on earth, WGS84. */
export interface Point {
  /** Degrees, -180 to 180. */
  readonly longitude: number;
  /** Degrees, -90 to 90. */
  readonly latitude: number;
}

/** What a session was started with, after defaults are filled in. Two starts are the same when these are equal. */
export interface MatchingInput {
  /** A UUID, lower case. */
  readonly parentId: string;
  /** 1 to 50. */
  readonly limit: number;
  /** Above 0, at most 100; around the search's origin. */
  readonly maxDistanceKm: number;
  readonly includeFullCenters: boolean;
  readonly includeExplanations: boolean;
  readonly locale: Locale;
}

export interface InteractionOption {
  readonly value: string;
  readonly label: string;
}

export interface InteractionContext {
  readonly preferenceId: string | null;
  /** What needs the answer, such as `distance_calculation`. */
  readonly requiredFor: string;
  readonly reason: InteractionReason;
  /** 1 for the first time, 2 when a first answer did not serve. */
  readonly attempt: number;
}

/** A question as a pipeline puts it, before the store gives it its id, its number and its deadline. */
export interface Question {
  readonly interactionType: InteractionType;
  readonly question: string;
  readonly fieldName: string;
  readonly context: InteractionContext;
  /** For a `choice` only, the last one always `none`. */
  readonly options: readonly InteractionOption[] | null;
}

/** An answer that was parsed and fits its question. */
export type Answer =
  | { readonly kind: 'address'; readonly address: string }
  | ({ readonly kind: 'coordinates' } & Point)
  | { readonly kind: 'confirmation'; readonly confirmed: boolean }
  | { readonly kind: 'choice'; readonly value: string }
  | { readonly kind: 'declined' };

/** What a person should know of the results, such as a place that could not be found. */
export interface Warning {
  readonly code: WarningCode;
  /** The field or location concerned, such as `work_location`; never an address. */
  readonly field: string | null;
  /** In the session's locale. */
  readonly message: string;
}

/** A childcare center with all that is stored of it; null where that is not known. */
export interface Center {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly district: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly languages: readonly string[];
  readonly pedagogy: string | null;
  readonly openingHours: string | null;
  readonly capacity: number | null;
  readonly freePlaces: number | null;
  /** Milliseconds since the Unix epoch. */
  readonly freePlacesUpdatedAt: number | null;
  readonly minAgeMonths: number | null;
  readonly maxAgeMonths: number | null;
  readonly website: string | null;
  readonly phone: string | null;
}

export interface SimplePreferenceMatch {
  readonly type: string;
  readonly satisfied: boolean;
  /** Null unless explanations were asked for. */
  readonly details: string | null;
  /** 0 to 1; null where the center does not say: it then counts in no mean. */
  readonly score: number | null;
}

export interface ProcessingMetadata {
  readonly pipelineUsed: boolean;
  /** The steps, joined by `->`. */
  readonly pipelineName: string;
  /** One for each step, whole milliseconds. */
  readonly executionTimesMs: readonly number[];
}

export interface ComplexPreferenceMatch {
  /** The preference type, such as `location_distance`. */
  readonly type: string;
  readonly preferenceId: string;
  readonly satisfied: boolean;
  readonly details: string | null;
  /** 0 to 1. */
  readonly score: number;
  readonly processingMetadata: ProcessingMetadata;
  /** What this type says besides, in the shape that its folder declares. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A center that was evaluated, with how it meets each wish. */
export interface Offer {
  readonly centerId: string;
  readonly centerName: string;
  /** 0 to 1. */
  readonly score: number;
  readonly preferenceMatches: {
    readonly simplePreferences: readonly SimplePreferenceMatch[];
    readonly complexPreferences: readonly ComplexPreferenceMatch[];
  };
  /**
   * What this center costs against the wishes, in the person's terms, such as `7 minutes more by bike to work`; null
   * unless explanations were asked for.
   */
  readonly explanation: string | null;
  /** Null unless full centers were asked for. */
  readonly center: Center | null;
}

/** What another limit would change: computed from what is known of the centers. */
export interface Counterfactual {
  readonly preferenceId: string;
  /** The preference's type, such as `location_distance`. */
  readonly type: string;
  /** The limit, such as `work_max_travel_minutes`. */
  readonly fieldName: string;
  /** The other value, in the limit's own unit: minutes, kilometres, minutes since midnight, places. */
  readonly value: number;
  /** Centers that would meet every wish with it and do not without, 1 or more. */
  readonly addsCenters: number;
  /** True: these are sure, and more may be; not every way was asked for. */
  readonly isAtLeast: boolean;
  /** In the session's locale, such as `25 instead of 20 minutes by bike to work adds 6 centers`. */
  readonly details: string;
}

export interface ProcessingDetails {
  readonly centersEvaluated: number;
  readonly complexTypesProcessed: readonly string[];
  /** Work alone: the time that a person took to answer is not in it. */
  readonly processingTimeMs: number;
  readonly interactionsRequired: number;
  readonly warnings: readonly Warning[];
}

export interface InputIssue {
  /** Where, such as `input.limit`. */
  readonly path: string;
  /** What is wrong and what is allowed; never the value of a place. */
  readonly message: string;
}

/** What an error is about; what does not apply is null, and `issues` empty. */
export interface ErrorDetails {
  readonly parentId: string | null;
  readonly failedStage: Stage | null;
  readonly interactionId: string | null;
  readonly retryAfterMs: number | null;
  /** The request that was refused, as its log line and X-Request-Id name it; null in a session's log. */
  readonly requestId: string | null;
  readonly issues: readonly InputIssue[];
}

/** What every event carries. The store gives the last two. */
interface Envelope {
  readonly sessionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** 1, 2, 3 … within a session; 0 on an error that is no part of a log. */
  readonly sequence: number;
}

export interface ProcessingUpdateBody {
  readonly type: 'processing_update';
  readonly stage: Stage;
  /** 0 to 1, never falling within a session. */
  readonly progress: number;
  readonly details: string;
  readonly answeredInteractionId: string | null;
}

export interface UserInteractionBody extends Question {
  readonly type: 'user_interaction';
  /** `interaction_0`, `interaction_1` … in the order asked. */
  readonly interactionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export interface MatchResultsBody {
  readonly type: 'match_results';
  /** False only when no center could be evaluated. */
  readonly success: boolean;
  readonly offers: readonly Offer[];
  /** At most three, the most helpful first; none unless explanations were asked for. */
  readonly counterfactuals: readonly Counterfactual[];
  readonly processingDetails: ProcessingDetails;
}

export interface ErrorBody {
  readonly type: 'error';
  readonly errorCode: ErrorCode;
  readonly message: string;
  /** True: nothing follows on this stream. */
  readonly fatal: boolean;
  readonly errorDetails: ErrorDetails;
}

export type EventBody = ProcessingUpdateBody | UserInteractionBody | MatchResultsBody | ErrorBody;
export type EventType = EventBody['type'];
export type ProcessingUpdate = ProcessingUpdateBody & Envelope;
export type UserInteraction = UserInteractionBody & Envelope;
export type MatchResults = MatchResultsBody & Envelope;
export type SessionError = ErrorBody & Envelope;

/** What a silent stream of REST says so that both ends know it alive. It is no event and stands in no log. */
export interface KeepaliveBody {
  readonly type: 'keepalive';
  readonly sessionId: string;
}

/** The one union that both faces speak. */
export type MatchingEvent = ProcessingUpdate | UserInteraction | MatchResults | SessionError;

/** Where a session stands, folded from its log. Times are milliseconds since the Unix epoch; `progress` is 0 to 1. */
export interface SessionStatus {
  readonly sessionId: string;
  readonly completed: boolean;
  /** Questions asked so far. */
  readonly interactionsCount: number;
  readonly hasResults: boolean;
  readonly stage: Stage | null;
  readonly progress: number | null;
  /** Those that wait for an answer, the one that has waited longest first. */
  readonly pendingInteractions: readonly UserInteraction[];
  readonly lastSequence: number;
  readonly startedAt: number;
  /** When the session is forgotten; null while it runs. */
  readonly expiresAt: number | null;
}

/** Says that an answer is stored. */
export interface InteractionReceipt {
  readonly sessionId: string;
  readonly interactionId: string;
  /** `duplicate` when the same answer came again, which changes nothing. */
  readonly status: 'received' | 'duplicate';
}

/** Whether an event is the last of its log. */
export function endsSession(event: EventBody): boolean {
  return event.type === 'match_results' || (event.type === 'error' && event.fatal);
}

/** For the end of every `switch` over a union: the compiler proves that nothing was left out. */
export function assertNever(value: never): never {
  throw new TypeError(`a case was left out: ${JSON.stringify(value)}`);
}
