import type { JournalEntry } from './journal-entry.ts';

/** Where a session stands, by what the journals say. */
export interface SessionState {
  readonly session: string;
  /** The instance that ran it last, such as `a`. */
  readonly instance: string;
  /** Whether a run of it is under way, as far as is known. */
  readonly isWorking: boolean;
}

/** Who runs which of the sessions that have not come to results. Entries are in the order of their times. */
export function sessionStates(entries: readonly JournalEntry[], prefix: string): SessionState[] {
  const states = new Map<string, SessionState>();
  for (const entry of entries) {
    if (!('session' in entry) || !entry.session.startsWith(prefix)) continue;
    const { session } = entry;
    if (entry.kind === 'run_begun') states.set(session, { session, instance: instanceOf(entry.by), isWorking: true });
    if (entry.kind !== 'run_over') continue;
    if (entry.how === 'results') states.delete(session);
    else states.set(session, { session, instance: instanceOf(entry.by), isWorking: false });
  }
  return [...states.values()];
}

/** `a` of `a.2`. */
function instanceOf(label: string): string {
  return label.split('.')[0] ?? label;
}
