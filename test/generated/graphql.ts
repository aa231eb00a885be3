/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Answers a CHOICE. */
export type ChoiceResponse = {
  /** The `value` of one of the question's options. */
  value: string;
};

/** Answers a CONFIRMATION. */
export type ConfirmationResponse = {
  /** Yes or no. */
  confirmed: boolean;
};

/** A point on earth, WGS84. */
export type CoordinatesInput = {
  /** Degrees, -90 to 90. */
  latitude: number;
  /** Degrees, -180 to 180. */
  longitude: number;
};

/** What went wrong. REST uses the same codes in lower case. */
export type ErrorCode =
  /** The Origin or Host is not allowed. HTTP status 403. */
  | 'FORBIDDEN'
  /** A place could not be found; the run goes on without it. Not fatal in a stream. */
  | 'GEOCODING_FAILED'
  /** Events before the ones that follow are gone. Not fatal: the log follows from its first event. */
  | 'HISTORY_LOST'
  /** The question was answered differently before; the first answer stands. */
  | 'INTERACTION_ALREADY_ANSWERED'
  /** The session has asked no such question. */
  | 'INTERACTION_NOT_FOUND'
  /** Fields are out of range or malformed. `issues` names every one. */
  | 'INVALID_REQUEST'
  /** The answer does not fit the question, which stays open. `issues` says what is allowed. */
  | 'INVALID_RESPONSE'
  /** No such parent: unknown, or another account's. The two look the same. */
  | 'PARENT_NOT_FOUND'
  /** Something went wrong on the server. Start a new session. */
  | 'PROCESSING_ERROR'
  /** Too many requests or open streams. HTTP status 429; wait for retryAfterMs. */
  | 'RATE_LIMITED'
  /** The session was cancelled by its owner. */
  | 'SESSION_CANCELLED'
  /** The sessionId was started with another input. */
  | 'SESSION_CONFLICT'
  /** No such session: unknown, forgotten, or another account's. The three look the same. */
  | 'SESSION_NOT_FOUND'
  /** A valid bearer token is needed. HTTP status 401. */
  | 'UNAUTHENTICATED'
  /** The service cannot answer right now. HTTP status 503; wait for retryAfterMs. */
  | 'UNAVAILABLE'
  /** A question was not answered before its expiresAt, so the session has ended. */
  | 'USER_INTERACTION_TIMEOUT';

/** Why a question is asked. */
export type InteractionReason =
  /** The address fits several places. */
  | 'AMBIGUOUS'
  /** The address was found, but too roughly to measure a distance from. */
  | 'IMPRECISE'
  /** The value is needed and nobody has given it. */
  | 'MISSING'
  /** The address given was not found. */
  | 'NOT_FOUND'
  /** No center satisfies the wish; a looser limit is offered. */
  | 'NO_MATCH'
  /** The service that looks addresses up does not answer. */
  | 'PROVIDER_UNAVAILABLE';

/** Exactly one of these: the one that the interactionType asks for, or `decline`. */
export type InteractionResponse =
  {   /** Answers a CHOICE. */
  choice: ChoiceResponse; confirmation?: never; decline?: never; location?: never; }
  |  { choice?: never;   /** Answers a CONFIRMATION. */
  confirmation: ConfirmationResponse; decline?: never; location?: never; }
  |  { choice?: never; confirmation?: never;   /** Only true is valid: the person would rather not say. The run goes on as for a place that was not found, with a warning. */
  decline: boolean; location?: never; }
  |  { choice?: never; confirmation?: never; decline?: never;   /** Answers a LOCATION_INPUT. */
  location: LocationResponse; };

/** What an accepted answer came to. */
export type InteractionStatus =
  /** The same answer came again, which changes nothing. */
  | 'DUPLICATE'
  /** The first valid answer: it is stored and the session goes on. */
  | 'RECEIVED';

/** The kind of answer that a question takes. Any question may also be declined. */
export type InteractionType =
  /** One of `options`: answer with `choice`. */
  | 'CHOICE'
  /** A yes or a no: answer with `confirmation`. */
  | 'CONFIRMATION'
  /** A place: answer with `location`, an address or coordinates. */
  | 'LOCATION_INPUT';

/** How a way compares with its limit; of two limits, with the tighter one. */
export type LegRating =
  /** More than 60 % of the limit, and at most the limit. */
  | 'ACCEPTABLE'
  /** At most 60 % of the limit. */
  | 'IDEAL'
  /** Beyond the limit, or not reachable at all. */
  | 'TOO_FAR'
  /** The place is not known. */
  | 'UNKNOWN';

/** The language of questions, details and warnings. */
export type Locale =
  /** German. */
  | 'DE'
  /** English. */
  | 'EN';

/** Exactly one of these. */
export type LocationResponse =
  {   /** As one would write it on a letter, on one line; 1 to 256 characters. */
  address: string; coordinates?: never; }
  |  { address?: never;   /** For a person who shares their position. */
  coordinates: CoordinatesInput; };

/** What to match. A value out of range is INVALID_REQUEST, and `issues` names every one. */
export type MatchingSessionInput = {
  /** Whether offers are explained: `details`, `explanation` and `counterfactuals`. */
  includeExplanations?: boolean | null | undefined;
  /** Whether offers carry their `center`. */
  includeFullCenters?: boolean | null | undefined;
  /** How many offers at most, 1 to 50. */
  limit?: number | null | undefined;
  /** The language of questions, details and warnings. */
  locale?: Locale | null | undefined;
  /** Kilometres in a straight line around the parent's home: above 0, at most 100. */
  maxDistanceKm?: number | null | undefined;
  /** A UUID; one of the account's parents, else PARENT_NOT_FOUND. */
  parentId: string;
  /** 8 to 128 of A-Z a-z 0-9 . _ -; a UUID v4 is made where none is given. It is the account's own: two accounts may use the same id and never meet. Name it to make a retry safe: the same id with the same input attaches, with another input it is SESSION_CONFLICT. */
  sessionId?: string | null | undefined;
};

/** The four stages of a run, in the order of their values here: loading, finding, processing, generating. */
export type ProcessingStage =
  /** Second: the centers within maxDistanceKm are found. */
  | 'FINDING_CENTERS'
  /** Fourth: the offers are scored, ordered and explained. */
  | 'GENERATING_RESULTS'
  /** First: the parent and their preferences are loaded. */
  | 'LOADING_PREFERENCES'
  /** Third: wishes that take more than one column are worked out. Questions are asked here. */
  | 'PROCESSING_COMPLEX_PREFERENCES';

/** An answer to an open question. */
export type RespondToInteractionInput = {
  /** The interactionId of its UserInteraction. */
  interactionId: string;
  /** The answer, of the kind that was asked for. */
  response: InteractionResponse;
  /** The session that asked. */
  sessionId: string;
};

/** How a way is made. */
export type TransportMode =
  /** By bicycle, unlocking and locking it included. */
  | 'BIKE'
  /** By car, the way to it and parking included. */
  | 'CAR'
  /** By bus and train, the walks and the waiting included; on foot where that is quicker. */
  | 'PUBLIC_TRANSPORT'
  /** On foot. */
  | 'WALKING';

/** Where the time of a leg is from, or that it is a distance alone. */
export type TravelTimeSource =
  /** The time is estimated from the straight line and a usual speed. */
  | 'ESTIMATED'
  /** A routing engine found the way. */
  | 'ROUTED'
  /** A distance alone, in a straight line. */
  | 'STRAIGHT_LINE';

/** What could not be taken into account. */
export type WarningCode =
  /** The child's age is unknown, so centers were not chosen by it. */
  | 'CHILD_AGE_UNKNOWN'
  /** Travel times were estimated from distance and speed, not routed. */
  | 'ESTIMATED_TRAVEL_TIME'
  /** The home is unknown, so the search was around another place. */
  | 'HOME_UNKNOWN'
  /** The person would rather not say where a place is; its part of the wish counts as unknown. */
  | 'LOCATION_DECLINED'
  /** A place is unknown, and was not asked for because its answer could not change the offers. */
  | 'LOCATION_NOT_ASKED'
  /** A place could not be found; its part of the wish counts as unknown. */
  | 'LOCATION_NOT_FOUND'
  /** No center satisfies every wish; the offers are the best there are. */
  | 'NOTHING_SATISFIES'
  /** Some centers do not say when they are open. */
  | 'OPENING_HOURS_UNKNOWN'
  /** A preference could not be read and was left out. */
  | 'PREFERENCE_IGNORED'
  /** An outside service did not answer. */
  | 'PROVIDER_UNAVAILABLE'
  /** The wish allows centers beyond maxDistanceKm, which were not looked at. */
  | 'WISH_WIDER_THAN_RADIUS';

export type MatchingSessionSubscriptionVariables = Exact<{
  input: MatchingSessionInput;
  after?: number | null | undefined;
}>;


export type MatchingSessionSubscription = { matchingSession:
    | { __typename: 'Error', sessionId: string, sequence: number, timestamp: number, errorCode: ErrorCode, message: string, fatal: boolean, errorDetails: { parentId: string | null, failedStage: ProcessingStage | null, interactionId: string | null, retryAfterMs: number | null, issues: Array<{ path: string, message: string }> } }
    | { __typename: 'MatchResults', sessionId: string, sequence: number, timestamp: number, success: boolean, offers: Array<{ centerId: string, centerName: string, score: number, explanation: string | null, center: { id: string, name: string, address: string, district: string | null, latitude: number, longitude: number, languages: Array<string>, pedagogy: string | null, openingHours: string | null, capacity: number | null, freePlaces: number | null, freePlacesUpdatedAt: number | null, minAgeMonths: number | null, maxAgeMonths: number | null, website: string | null, phone: string | null } | null, preferenceMatches: { simplePreferences: Array<{ type: string, satisfied: boolean, details: string | null, score: number | null }>, complexPreferences: Array<
            | { __typename: 'CareHoursMatch', uncoveredMinutes: number | null, type: string, preferenceId: string, satisfied: boolean, details: string | null, score: number, processingMetadata: { pipelineUsed: boolean, pipelineName: string, executionTimesMs: Array<number> } }
            | { __typename: 'LocationDistanceMatch', type: string, preferenceId: string, satisfied: boolean, details: string | null, score: number, legs: Array<{ location: string, transportMode: TransportMode | null, distanceKm: number | null, routeKm: number | null, travelMinutes: number | null, maxDistanceKm: number | null, maxTravelMinutes: number | null, rating: LegRating, source: TravelTimeSource, score: number | null }>, processingMetadata: { pipelineUsed: boolean, pipelineName: string, executionTimesMs: Array<number> } }
          > } }>, counterfactuals: Array<{ preferenceId: string, type: string, fieldName: string, value: number, addsCenters: number, isAtLeast: boolean, details: string }>, processingDetails: { centersEvaluated: number, complexTypesProcessed: Array<string>, processingTimeMs: number, interactionsRequired: number, warnings: Array<{ code: WarningCode, field: string | null, message: string }> } }
    | { __typename: 'ProcessingUpdate', sessionId: string, sequence: number, timestamp: number, stage: ProcessingStage, progress: number, details: string, answeredInteractionId: string | null }
    | { __typename: 'UserInteraction', sessionId: string, sequence: number, timestamp: number, interactionId: string, interactionType: InteractionType, question: string, fieldName: string, expiresAt: number, context: { preferenceId: string | null, requiredFor: string, reason: InteractionReason, attempt: number }, options: Array<{ value: string, label: string }> | null }
   };

export type SessionEventsSubscriptionVariables = Exact<{
  sessionId: string;
  after?: number | null | undefined;
}>;


export type SessionEventsSubscription = { sessionEvents:
    | { __typename: 'Error', sessionId: string, sequence: number, timestamp: number, errorCode: ErrorCode, message: string, fatal: boolean }
    | { __typename: 'MatchResults', sessionId: string, sequence: number, timestamp: number, success: boolean, offers: Array<{ centerId: string, score: number }> }
    | { __typename: 'ProcessingUpdate', sessionId: string, sequence: number, timestamp: number, stage: ProcessingStage, progress: number, answeredInteractionId: string | null }
    | { __typename: 'UserInteraction', sessionId: string, sequence: number, timestamp: number, interactionId: string, interactionType: InteractionType, question: string, fieldName: string }
   };

export type RespondToInteractionMutationVariables = Exact<{
  input: RespondToInteractionInput;
}>;


export type RespondToInteractionMutation = { respondToInteraction:
    | { __typename: 'Error', sessionId: string, sequence: number, errorCode: ErrorCode, message: string, fatal: boolean, errorDetails: { interactionId: string | null, issues: Array<{ path: string, message: string }> } }
    | { __typename: 'InteractionReceipt', sessionId: string, interactionId: string, status: InteractionStatus }
   };

export type SessionStatusQueryVariables = Exact<{
  sessionId: string;
}>;


export type SessionStatusQuery = { sessionStatus:
    | { __typename: 'Error', sessionId: string, sequence: number, errorCode: ErrorCode, message: string, fatal: boolean }
    | { __typename: 'SessionStatus', sessionId: string, completed: boolean, interactionsCount: number, hasResults: boolean, stage: ProcessingStage | null, progress: number, lastSequence: number, startedAt: number, expiresAt: number | null, pendingInteraction: { interactionId: string, question: string } | null, pendingInteractions: Array<{ interactionId: string, interactionType: InteractionType, fieldName: string }> }
   };

export type CancelSessionMutationVariables = Exact<{
  sessionId: string;
}>;


export type CancelSessionMutation = { cancelSession:
    | { __typename: 'Error', sessionId: string, errorCode: ErrorCode, message: string, fatal: boolean }
    | { __typename: 'SessionStatus', sessionId: string, completed: boolean, lastSequence: number }
   };


export const MatchingSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"MatchingSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"MatchingSessionInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matchingSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"timestamp"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProcessingUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"details"}},{"kind":"Field","name":{"kind":"Name","value":"answeredInteractionId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserInteraction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"interactionType"}},{"kind":"Field","name":{"kind":"Name","value":"question"}},{"kind":"Field","name":{"kind":"Name","value":"fieldName"}},{"kind":"Field","name":{"kind":"Name","value":"context"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"preferenceId"}},{"kind":"Field","name":{"kind":"Name","value":"requiredFor"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"options"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MatchResults"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"success"}},{"kind":"Field","name":{"kind":"Name","value":"offers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"centerId"}},{"kind":"Field","name":{"kind":"Name","value":"centerName"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"center"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"district"}},{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}},{"kind":"Field","name":{"kind":"Name","value":"languages"}},{"kind":"Field","name":{"kind":"Name","value":"pedagogy"}},{"kind":"Field","name":{"kind":"Name","value":"openingHours"}},{"kind":"Field","name":{"kind":"Name","value":"capacity"}},{"kind":"Field","name":{"kind":"Name","value":"freePlaces"}},{"kind":"Field","name":{"kind":"Name","value":"freePlacesUpdatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"minAgeMonths"}},{"kind":"Field","name":{"kind":"Name","value":"maxAgeMonths"}},{"kind":"Field","name":{"kind":"Name","value":"website"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"preferenceMatches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simplePreferences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"satisfied"}},{"kind":"Field","name":{"kind":"Name","value":"details"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"complexPreferences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"preferenceId"}},{"kind":"Field","name":{"kind":"Name","value":"satisfied"}},{"kind":"Field","name":{"kind":"Name","value":"details"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"processingMetadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pipelineUsed"}},{"kind":"Field","name":{"kind":"Name","value":"pipelineName"}},{"kind":"Field","name":{"kind":"Name","value":"executionTimesMs"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LocationDistanceMatch"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"legs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"location"}},{"kind":"Field","name":{"kind":"Name","value":"transportMode"}},{"kind":"Field","name":{"kind":"Name","value":"distanceKm"}},{"kind":"Field","name":{"kind":"Name","value":"routeKm"}},{"kind":"Field","name":{"kind":"Name","value":"travelMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"maxDistanceKm"}},{"kind":"Field","name":{"kind":"Name","value":"maxTravelMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"rating"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CareHoursMatch"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"uncoveredMinutes"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"counterfactuals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"preferenceId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fieldName"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"addsCenters"}},{"kind":"Field","name":{"kind":"Name","value":"isAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"details"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processingDetails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"centersEvaluated"}},{"kind":"Field","name":{"kind":"Name","value":"complexTypesProcessed"}},{"kind":"Field","name":{"kind":"Name","value":"processingTimeMs"}},{"kind":"Field","name":{"kind":"Name","value":"interactionsRequired"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fatal"}},{"kind":"Field","name":{"kind":"Name","value":"errorDetails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"parentId"}},{"kind":"Field","name":{"kind":"Name","value":"failedStage"}},{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterMs"}},{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<MatchingSessionSubscription, MatchingSessionSubscriptionVariables>;
export const SessionEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SessionEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sessionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"timestamp"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProcessingUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"answeredInteractionId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserInteraction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"interactionType"}},{"kind":"Field","name":{"kind":"Name","value":"question"}},{"kind":"Field","name":{"kind":"Name","value":"fieldName"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MatchResults"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"success"}},{"kind":"Field","name":{"kind":"Name","value":"offers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"centerId"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fatal"}}]}}]}}]}}]} as unknown as DocumentNode<SessionEventsSubscription, SessionEventsSubscriptionVariables>;
export const RespondToInteractionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RespondToInteraction"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RespondToInteractionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"respondToInteraction"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InteractionReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fatal"}},{"kind":"Field","name":{"kind":"Name","value":"errorDetails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RespondToInteractionMutation, RespondToInteractionMutationVariables>;
export const SessionStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SessionStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sessionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionStatus"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"completed"}},{"kind":"Field","name":{"kind":"Name","value":"interactionsCount"}},{"kind":"Field","name":{"kind":"Name","value":"hasResults"}},{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"pendingInteraction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"question"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pendingInteractions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interactionId"}},{"kind":"Field","name":{"kind":"Name","value":"interactionType"}},{"kind":"Field","name":{"kind":"Name","value":"fieldName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastSequence"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fatal"}}]}}]}}]}}]} as unknown as DocumentNode<SessionStatusQuery, SessionStatusQueryVariables>;
export const CancelSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sessionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sessionId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SessionStatus"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"completed"}},{"kind":"Field","name":{"kind":"Name","value":"lastSequence"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionId"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fatal"}}]}}]}}]}}]} as unknown as DocumentNode<CancelSessionMutation, CancelSessionMutationVariables>;