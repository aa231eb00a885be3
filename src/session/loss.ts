import type { Ending, Refusal } from './session-store.ts';

/** Why a session is not to be run under a lease any more: how it has ended; `stale`, as another lease has it; or `gone`. */
export type Loss = Ending | 'stale' | 'gone';

/** What the store's refusal says of the session. */
export function lossOf(refusal: Refusal): Loss {
  switch (refusal.outcome) {
    case 'ended':
      return refusal.ending;
    case 'session_not_found':
      return 'gone';
    case 'stale':
      return 'stale';
  }
}
