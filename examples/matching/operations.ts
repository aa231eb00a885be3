// What the GraphQL examples send, and what comes back.

export const MATCHING = `subscription Matching($input: MatchingSessionInput!, $after: Int) {
  matchingSession(input: $input, after: $after) {
    __typename
    ... on SessionEvent { sequence }
    ... on ProcessingUpdate { progress details answeredInteractionId }
    ... on UserInteraction { interactionId interactionType question options { value label } }
    ... on MatchResults { offers { centerName score explanation } counterfactuals { details } }
    ... on Error { errorCode message fatal errorDetails { retryAfterMs } }
  }
}`;

export const RESPOND = `mutation Respond($input: RespondToInteractionInput!) {
  respondToInteraction(input: $input) {
    ... on InteractionReceipt { status }
    ... on Error { errorCode message errorDetails { issues { message } } }
  }
}`;

/** What comes for MATCHING. */
export interface Matching {
  readonly matchingSession: MatchingEvent;
}

export type MatchingEvent = { readonly sequence: number } & (
  | ({ readonly __typename: 'ProcessingUpdate' } & Progress)
  | ({ readonly __typename: 'UserInteraction' } & Question)
  | ({ readonly __typename: 'MatchResults' } & Results)
  | ({ readonly __typename: 'Error' } & Failure)
);

interface Progress {
  /** 0 to 1. */
  readonly progress: number;
  readonly details: string;
  /** The question that is closed by it: answered here, or on another device. */
  readonly answeredInteractionId: string | null;
}

export interface Question {
  readonly interactionId: string;
  readonly interactionType: 'LOCATION_INPUT' | 'CONFIRMATION' | 'CHOICE';
  readonly question: string;
  readonly options: readonly { readonly value: string; readonly label: string }[] | null;
}

interface Results {
  readonly offers: readonly { readonly centerName: string; readonly score: number; readonly explanation: string }[];
  readonly counterfactuals: readonly { readonly details: string }[];
}

export interface Failure {
  readonly errorCode: string;
  readonly message: string;
  /** Nothing follows on this stream. With a sequence above 0 the session has ended too. */
  readonly fatal: boolean;
  readonly errorDetails: { readonly retryAfterMs: number | null };
}

/** The input of RESPOND. */
export interface Answer {
  readonly sessionId: string;
  readonly interactionId: string;
  readonly response: object;
}

/** What comes for RESPOND. */
export interface Responded {
  readonly respondToInteraction:
    | { readonly status: string; readonly errorCode?: never }
    | {
        readonly errorCode: string;
        readonly message: string;
        readonly errorDetails: { readonly issues: readonly { readonly message: string }[] };
      };
}
