import type { ErrorBody, MatchResultsBody, ProcessingUpdateBody } from '../../../src/protocol.ts';
import type { KeyedQuestion, Lease, RecordedStep, Refusal } from '../../../src/session/session-store.ts';
import { anotherThan, appended, ended, type Step } from './model-log.ts';
import {
  openIn,
  sessionAt,
  whereIn,
  withSession,
  type ModelSession,
  type ModelState,
  type Moment,
} from './model-state.ts';

/** See SessionStore.recorded. The reply has what the lease has seen after it too. */
export function recorded(state: ModelState, { at }: Moment, lease: Lease): Step {
  const session = sessionAt(state, lease, at);
  const refused = refusal(session, lease);
  if (!session || (refused && refused.outcome !== 'rewound')) {
    return { reply: { written: refused, seen: lease.seen }, state };
  }
  const questions = session.questions.map(({ key, event, answer }) => [
    key,
    { interactionId: event.interactionId, expiresAt: event.expiresAt, answer },
  ]);
  const reply = {
    outcome: 'recorded',
    input: session.start.input,
    startedAt: session.startedAt,
    endsBy: session.startedAt + session.start.maxLifeMs,
    rewound: refused !== undefined,
    steps: new Map(Object.entries(session.steps)),
    eventKeys: new Set(Object.keys(session.eventKeys)),
    questions: new Map(questions as [string, unknown][]),
  };
  return { reply: { written: reply, seen: refused ? lease.seen : session.log.length }, state };
}

/** Why a lease does not hold: the session is gone, another's, or has ended; or its log went back in time. */
function refusal(
  session: ModelSession | undefined,
  lease: Lease,
): Refusal | { readonly outcome: 'rewound' } | undefined {
  if (!session) return { outcome: 'session_not_found' };
  if (session.generation !== lease.generation || session.epoch > lease.epoch) return { outcome: 'stale' };
  if (session.ending) return { outcome: 'ended', ending: session.ending };
  return session.epoch < lease.epoch || session.log.length < lease.seen ? { outcome: 'rewound' } : undefined;
}

/** A runner's write; the reply has what the lease has seen after it too. */
function write(
  state: ModelState,
  { at }: Moment,
  lease: Lease,
  writing: (session: ModelSession) => { readonly session: ModelSession; readonly sequence: number },
): Step {
  const session = sessionAt(state, lease, at);
  const refused = refusal(session, lease);
  if (!session || refused) return { reply: { written: refused, seen: lease.seen }, state };
  const { session: after, sequence } = writing(session);
  return {
    reply: { written: { outcome: 'written', sequence }, seen: Math.max(lease.seen, sequence) },
    state: withSession(state, after),
  };
}

/** See SessionStore.append. */
export function append(
  state: ModelState,
  moment: Moment,
  lease: Lease,
  given: { readonly key: string; readonly event: ProcessingUpdateBody | ErrorBody },
): Step {
  const { key, event } = given;
  return write(state, moment, lease, (session) => {
    const before = session.eventKeys[key];
    if (before !== undefined) return { session, sequence: before };
    const least = whereIn(session).progress ?? 0;
    const body = event.type === 'error' ? event : { ...event, progress: Math.max(event.progress, least) };
    const after = appended(session, body, moment.at);
    const sequence = after.log.length;
    return { session: { ...after, eventKeys: { ...after.eventKeys, [key]: sequence } }, sequence };
  });
}

/** See SessionStore.record. */
export function record(
  state: ModelState,
  moment: Moment,
  lease: Lease,
  given: { readonly key: string; readonly step: RecordedStep },
): Step {
  return write(state, moment, lease, (session) => ({
    session: { ...session, steps: { [given.key]: given.step, ...session.steps } },
    sequence: session.log.length,
  }));
}

/** See SessionStore.ask. */
export function ask(
  state: ModelState,
  moment: Moment,
  lease: Lease,
  given: { readonly questions: readonly KeyedQuestion[]; readonly timeoutMs: number },
): Step {
  return write(state, moment, lease, (session) => {
    const after = askedIn(session, moment.at, given);
    return { session: after, sequence: after.log.length };
  });
}

function askedIn(
  session: ModelSession,
  at: number,
  given: { readonly questions: readonly KeyedQuestion[]; readonly timeoutMs: number },
): ModelSession {
  const known = new Set(session.questions.map(({ key }) => key));
  const fresh = given.questions.filter(({ key }) => !known.has(key) && known.add(key));
  if (fresh.length === 0) return session;
  const open = openIn(session).length;
  const endsBy = session.startedAt + session.start.maxLifeMs;
  const expiresAt = Math.min(at + (open + fresh.length) * given.timeoutMs, endsBy);
  let after = session;
  for (const { key, question } of fresh) {
    const interactionId = `interaction_${after.questions.length}`;
    after = appended(after, { type: 'user_interaction', interactionId, ...question, expiresAt }, at);
    const event = after.log.at(-1);
    if (event?.type !== 'user_interaction') throw new TypeError('a question is a question');
    after = { ...after, questions: [...after.questions, { key, event, answer: null }] };
  }
  // Those that were open have longer than they said, never shorter.
  return { ...after, deadline: open > 0 ? Math.max(session.deadline, expiresAt) : expiresAt };
}

/** See SessionStore.finish. */
export function finish(state: ModelState, moment: Moment, lease: Lease, last: MatchResultsBody | ErrorBody): Step {
  const session = sessionAt(state, lease, moment.at);
  const how = { ending: last.type === 'error' ? 'error' : 'results', at: moment.at } as const;
  if (session && how.ending === 'error' && refusal(session, lease)?.outcome === 'rewound') {
    const generation = anotherThan(session.generation, moment, lease);
    const after = ended({ ...session, generation }, last, how);
    const sequence = after.log.length;
    return {
      reply: { written: { outcome: 'written', sequence }, seen: Math.max(lease.seen, sequence) },
      state: withSession(state, after),
    };
  }
  return write(state, moment, lease, (held) => {
    const after = ended(held, last, how);
    return { session: after, sequence: after.log.length };
  });
}
