import { entriesOf, type Evidence } from './evidence.ts';
import { isUndisturbed } from './fault-names.ts';
import type { EntryOf } from './journal-entry.ts';
import type { Violation } from './violations.ts';

/** How a stream may be over, besides an answer that says that the service is away. */
const USUAL_ENDS: ReadonlySet<string> = new Set(['complete', 'cut', 'silent', 'left', 'ended', 'lost', 'UNAVAILABLE']);

/** What holds for the system as a whole: its processes, what callers are told, and what is left in Redis. */
export function checkSystem(evidence: Evidence, longestExpiryMs: number): Violation[] {
  const { entries, fault } = evidence;
  return [
    ...entriesOf(entries, 'process_exited')
      .filter((exit) => !isAsked(exit, isUndisturbed(fault)))
      .map(({ instance, code, asked }) =>
        violation('process_exited', `${instance}: code ${code}, asked by ${asked ?? 'nobody'}`),
      ),
    ...entriesOf(entries, 'redis_key')
      .filter(({ ttlMs }) => ttlMs < 0 || ttlMs > longestExpiryMs)
      .map(({ key, ttlMs }) => violation('key_without_expiry', `${key}: ${ttlMs} ms`)),
    ...entriesOf(entries, 'stream_over')
      .filter(({ how }) => !USUAL_ENDS.has(how))
      .map(({ by, how, session }) => ({ ...violation('unexpected_refusal', `${by}: ${how}`), session })),
    ...entriesOf(entries, 'harness_failed').map(({ what }) => violation('harness_failed', what)),
  ];
}

/** A process that has not come to serve may end: what it needs was away. It is started again. */
function isAsked({ asked, code, ready }: EntryOf<'process_exited'>, isQuiet: boolean): boolean {
  if (asked === 'kill') return true;
  if (asked === 'SIGTERM') return code === 0 || !ready;
  return !ready && !isQuiet;
}

function violation(kind: Violation['kind'], detail: string): Violation {
  return { kind, session: null, detail };
}
