import { type ProcessingUpdateBody, STAGES } from '../protocol.ts';
import type { LogEntry } from './redis-log-entry.ts';
import type { Ending, Lease, Refusal, SessionKey } from './session-store.ts';

/** What a script gives under a lease that is good for nothing any more. */
export type RefusedReply =
  | readonly [outcome: 'ended', ending: Ending]
  | readonly [outcome: 'stale']
  | readonly [outcome: 'session_not_found'];

/** What the script of a runner's write gives. The third stands after an end only. */
export type WrittenReply =
  | readonly [outcome: 'written', sequence: number, wasRewound?: 0 | 1]
  | readonly [outcome: 'rewound']
  | RefusedReply;

/** Why a lease is good for nothing any more, from what a script gives of it. */
export function refusalOf(reply: RefusedReply): Refusal {
  return reply[0] === 'ended' ? { outcome: reply[0], ending: reply[1] } : { outcome: reply[0] };
}

/** The right to run a session, from what a script gives of it. */
export function leaseOf({ account, sessionId }: SessionKey, held: Pick<Lease, 'generation' | 'epoch' | 'seen'>): Lease {
  return { account, sessionId, ...held };
}

/** The last sequence that a reply tells of a change; undefined where it tells of none. */
export function lastIn([outcome, detail]: readonly unknown[]): number | undefined {
  switch (outcome) {
    case 'started':
      return 0;
    case 'written':
    case 'received':
      return detail as number;
    case 'ended':
      // An answer that came too late has the last entry; a write that was refused has changed nothing.
      return Array.isArray(detail) ? Number.parseInt((detail as unknown as LogEntry)[0], 10) : undefined;
    default:
      return undefined;
  }
}

/** The event that closes a question. Over these, the script lays the stage and the progress that the session is at. */
export function answered(interactionId: string, acknowledgement: string): ProcessingUpdateBody {
  return {
    type: 'processing_update',
    stage: STAGES[0],
    progress: 0,
    details: acknowledgement,
    answeredInteractionId: interactionId,
  };
}
