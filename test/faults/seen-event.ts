import { createHash } from 'node:crypto';
import type { SeenEvent } from './journal-entry.ts';

/** An event as the stream gives it. */
interface GivenEvent {
  readonly __typename: SeenEvent['type'];
  readonly sequence: number;
  readonly timestamp: number;
  readonly stage?: string;
  readonly details?: string;
  readonly progress?: number;
  readonly answeredInteractionId?: string | null;
  readonly interactionId?: string;
  readonly interactionType?: string;
  readonly fieldName?: string;
  readonly expiresAt?: number;
  readonly context?: { readonly reason: string; readonly attempt: number };
  readonly success?: boolean;
  readonly offers?: readonly { readonly centerId: string; readonly score: number }[];
  readonly processingDetails?: {
    readonly interactionsRequired: number;
    readonly warnings: readonly { readonly code: string; readonly field: string | null }[];
  };
  readonly errorCode?: string;
  readonly fatal?: boolean;
  readonly errorDetails?: { readonly interactionId: string | null };
}

/** What the fault suite asks of every event: enough to tell two logs apart. */
export const EVENT_FIELDS = `
  __typename
  ... on SessionEvent { sessionId sequence timestamp }
  ... on ProcessingUpdate { stage progress details answeredInteractionId }
  ... on UserInteraction {
    interactionId interactionType question fieldName expiresAt
    context { preferenceId requiredFor reason attempt }
    options { value label }
  }
  ... on MatchResults {
    success
    offers { centerId score }
    processingDetails { centersEvaluated interactionsRequired processingTimeMs warnings { code field } }
  }
  ... on Error { errorCode message fatal errorDetails { interactionId failedStage } }
`;

/** What is written down of an event. */
export function seenEvent(given: unknown): SeenEvent {
  const event = given as GivenEvent;
  return {
    sequence: event.sequence,
    timestamp: event.timestamp,
    type: event.__typename,
    digest: digestOf(event),
    shape: shapeOf(event),
    progress: event.progress ?? null,
    asked:
      event.__typename === 'UserInteraction'
        ? { interactionId: event.interactionId ?? '', question: questionOf(event), expiresAt: event.expiresAt ?? 0 }
        : null,
    answered: event.answeredInteractionId ?? null,
    error:
      event.errorCode === undefined
        ? null
        : {
            code: event.errorCode,
            fatal: event.fatal ?? false,
            interactionId: event.errorDetails?.interactionId ?? null,
          },
  };
}

/** Whether a log ends with it. */
export function isEnd({ type, error, sequence }: SeenEvent): boolean {
  return type === 'MatchResults' || (error !== null && error.fatal && sequence > 0);
}

function questionOf({ fieldName, interactionType, context }: GivenEvent): string {
  return [fieldName, interactionType, context?.reason, context?.attempt].join(' ');
}

function shapeOf(event: GivenEvent): string {
  switch (event.__typename) {
    case 'ProcessingUpdate':
      return event.answeredInteractionId
        ? `answered ${event.answeredInteractionId}`
        : `update ${event.stage} ${digestOf(event.details)}`;
    case 'UserInteraction':
      return `asked ${questionOf(event)}`;
    case 'MatchResults': {
      const { interactionsRequired, warnings } = event.processingDetails ?? {};
      return `results ${digestOf([event.success, event.offers, interactionsRequired, warnings])}`;
    }
    case 'Error':
      return `error ${event.errorCode}`;
  }
}

function digestOf(value: object | string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([value]))
    .digest('base64url')
    .slice(0, 16);
}
