import { createHmac, randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import { errorBody } from '../errors.ts';
import {
  type Answer,
  endsSession,
  type ErrorBody,
  type EventBody,
  type MatchingEvent,
  type MatchResultsBody,
  type ProcessingUpdateBody,
  type SessionStatus,
  STAGES,
} from '../protocol.ts';
import {
  type AnswerOutcome,
  type Ending,
  type Heartbeat,
  type KeyedQuestion,
  type Lease,
  type LogPage,
  mapKeyOf,
  type MisfitLimit,
  type MisfitOutcome,
  type Overdue,
  type Recorded,
  type RecordedStep,
  type Refusal,
  type Running,
  sameInput,
  type SessionKey,
  type SessionStart,
  type SessionStore,
  type Snapshot,
  type Started,
  type StopWatching,
  type Survey,
  type Written,
} from './session-store.ts';
import { MemoryRegistry } from './memory-registry.ts';
import {
  leaseOf,
  newEntry,
  nextDeadline,
  openQuestions,
  overdueEndOf,
  raised,
  recordedOf,
  refusalOf,
  runningOf,
  type SessionEntry,
  snapshotOf,
  startedAs,
  statusOf,
} from './memory-session-entry.ts';
import { MemoryWatchers } from './memory-watchers.ts';

const NOT_FOUND = { outcome: 'session_not_found' } as const;

/**
 * Sessions in the memory of one process: the embedded default. All of the promises of SessionStore but one: nothing
 * survives the end of the process.
 */
export class MemorySessionStore implements SessionStore {
  readonly description = 'memory';
  readonly #clock: Clock;
  readonly #registry: MemoryRegistry;
  readonly #sessions = new Map<string, SessionEntry>();
  readonly #watchers = new MemoryWatchers();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#registry = new MemoryRegistry(clock);
  }

  /** How much it holds: nothing may be left of a session that was forgotten, or of a reader that left. */
  get held(): { readonly sessions: number; readonly watchers: number } {
    return { sessions: this.#sessions.size, watchers: this.#watchers.size };
  }

  async start(key: SessionKey, start: SessionStart): Promise<Started> {
    const existing = this.#find(key);
    if (existing) {
      if (existing.start.startToken === start.startToken) return startedAs(existing);
      return { outcome: sameInput(existing.start.input, start.input) ? 'exists' : 'conflict' };
    }
    const entry = newEntry(key, start, {
      startedAt: this.#clock.now(),
      forgetLater: (at) => this.#forgetLater(key, at),
    });
    this.#sessions.set(mapKeyOf(key), entry);
    this.#watchers.ring(key);
    return startedAs(entry);
  }

  async claim(key: SessionKey, epoch: number, instance: string): Promise<Lease | undefined> {
    const entry = this.#find(key);
    if (!entry || entry.last) return undefined;
    if (entry.epoch === epoch) {
      entry.epoch += 1;
      entry.instance = instance;
    }
    return entry.epoch === epoch + 1 && entry.instance === instance ? leaseOf(entry) : undefined;
  }

  async recorded(lease: Lease): Promise<Recorded | Refusal> {
    const entry = this.#find(lease);
    if (!entry) return NOT_FOUND;
    const refused = refusalOf(entry, lease);
    if (refused && refused.outcome !== 'rewound') return refused;
    if (!refused) lease.seen = entry.log.length;
    return recordedOf(entry, refused !== undefined);
  }

  async append(lease: Lease, key: string, event: ProcessingUpdateBody | ErrorBody): Promise<Written> {
    return this.#write(lease, (entry) => {
      const before = entry.eventSequences.get(key);
      if (before !== undefined) return before;
      const { sequence } = this.#append(entry, raised(event, entry.progress ?? 0));
      entry.eventSequences.set(key, sequence);
      return sequence;
    });
  }

  async record(lease: Lease, key: string, step: RecordedStep): Promise<Written> {
    return this.#write(lease, (entry) => {
      if (!entry.steps.has(key)) entry.steps.set(key, JSON.stringify(step));
      return entry.log.length;
    });
  }

  async ask(lease: Lease, questions: readonly KeyedQuestion[], timeoutMs: number): Promise<Written> {
    return this.#write(lease, (entry) => {
      const known = new Set([...entry.questions.values()].map(({ key }) => key));
      const fresh = questions.filter(({ key }) => !known.has(key) && known.add(key));
      const open = openQuestions(entry).length;
      const now = this.#clock.now();
      const expiresAt = Math.min(now + (open + fresh.length) * timeoutMs, entry.endsBy);
      // It stays when the question that brought it is answered: the others have it too.
      if (fresh.length > 0) entry.deadline = open === 0 ? expiresAt : Math.max(entry.deadline, expiresAt);
      for (const { key, question } of fresh) {
        const interactionId = `interaction_${entry.questions.size}`;
        const event = this.#append(entry, { type: 'user_interaction', interactionId, ...question, expiresAt }, now);
        entry.questions.set(interactionId, { key, event, digest: null, answer: null, misfits: 0, pausedUntil: 0 });
      }
      return entry.log.length;
    });
  }

  async finish(lease: Lease, last: MatchResultsBody | ErrorBody): Promise<Written> {
    const entry = this.#find(lease);
    const ending = last.type === 'match_results' ? 'results' : 'error';
    if (entry && ending === 'error' && refusalOf(entry, lease)?.outcome === 'rewound') {
      entry.generation = randomUUID();
      const sequence = this.#end(entry, last, ending);
      lease.seen = Math.max(lease.seen, sequence);
      return { outcome: 'written', sequence };
    }
    return this.#write(lease, (held) => this.#end(held, last, ending));
  }

  async answer(
    key: SessionKey,
    interactionId: string,
    answer: Answer,
    acknowledgement: string,
  ): Promise<AnswerOutcome> {
    const entry = this.#find(key);
    if (!entry) return { outcome: 'session_not_found' };
    const question = entry.questions.get(interactionId);
    if (!question) return { outcome: 'interaction_not_found' };
    const digest = createHmac('sha256', entry.secret).update(JSON.stringify(answer)).digest('base64url');
    if (question.digest !== null) {
      return { outcome: question.digest === digest ? 'duplicate' : 'already_answered' };
    }
    this.#endIfOverdue(entry);
    if (entry.last) {
      // A session that came to results without this answer: the question's time is over.
      const error = entry.last.type === 'error' ? entry.last : errorBody('user_interaction_timeout', { interactionId });
      return { outcome: 'ended', error };
    }
    const forMs = question.pausedUntil - this.#clock.now();
    if (forMs > 0) return { outcome: 'paused', forMs };
    question.digest = digest;
    question.answer = answer;
    this.#append(entry, {
      type: 'processing_update',
      stage: entry.stage ?? STAGES[0],
      progress: entry.progress ?? 0,
      details: acknowledgement,
      answeredInteractionId: interactionId,
    });
    return { outcome: 'received' };
  }

  async misfit(key: SessionKey, interactionId: string, { most, pauseMs }: MisfitLimit): Promise<MisfitOutcome> {
    const entry = this.#find(key);
    const question = entry?.questions.get(interactionId);
    if (!entry || !question || question.digest !== null || entry.last) return { outcome: 'taken' };
    const now = this.#clock.now();
    const forMs = question.pausedUntil - now;
    if (forMs > 0) return { outcome: 'paused', forMs };
    question.misfits += 1;
    if (question.misfits >= most) question.pausedUntil = Math.min(now + pauseMs, entry.deadline);
    return { outcome: 'taken' };
  }

  async heartbeat(instance: string, leaseMs: number): Promise<Heartbeat> {
    return this.#registry.beat(instance, leaseMs);
  }

  async retire(instance: string): Promise<void> {
    this.#registry.leave(instance);
  }

  async survey(instance: string, leaseMs: number): Promise<Survey> {
    const running = this.#running();
    const others = running.filter((one) => one.instance !== instance);
    return {
      abandoned: others.filter((one) => !this.#registry.isAlive(one.instance, leaseMs)),
      own: running.length - others.length,
    };
  }

  async runningOn(instance: string): Promise<readonly Running[]> {
    return this.#running().filter((one) => one.instance === instance);
  }

  async cancel(key: SessionKey, error: ErrorBody): Promise<SessionStatus | undefined> {
    const entry = this.#find(key);
    if (!entry) return undefined;
    this.#endIfOverdue(entry);
    if (!entry.last) this.#end(entry, error, 'cancelled');
    return statusOf(entry);
  }

  async expire(key: SessionKey): Promise<Overdue> {
    const entry = this.#find(key);
    if (!entry) return NOT_FOUND;
    this.#endIfOverdue(entry);
    if (entry.ending) return { outcome: 'ended', ending: entry.ending, epoch: entry.epoch };
    return { outcome: 'not_yet', inMs: nextDeadline(entry) - this.#clock.now() };
  }

  async snapshot(key: SessionKey): Promise<Snapshot | undefined> {
    const entry = this.#find(key);
    return entry && snapshotOf(entry);
  }

  async read(key: SessionKey, after: number, limit: number): Promise<LogPage | undefined> {
    const entry = this.#find(key);
    if (!entry) return undefined;
    return {
      generation: entry.generation,
      events: entry.log.slice(after, after + limit),
      lastSequence: entry.log.length,
      ended: entry.last !== null,
    };
  }

  async watch(key: SessionKey, ring: () => void): Promise<StopWatching> {
    return this.#watchers.add(key, ring);
  }

  async close(): Promise<void> {
    for (const entry of this.#sessions.values()) entry.forgetting.cancel();
    this.#sessions.clear();
    this.#watchers.clear();
    this.#registry.clear();
  }

  #find(key: SessionKey): SessionEntry | undefined {
    const entry = this.#sessions.get(mapKeyOf(key));
    if (entry && entry.forgetAt <= this.#clock.now()) {
      this.#forget(entry.key);
      return undefined;
    }
    return entry;
  }

  /** Every session that has not ended. */
  #running(): Running[] {
    const now = this.#clock.now();
    return [...this.#sessions.values()].filter(({ last, forgetAt }) => !last && forgetAt > now).map(runningOf);
  }

  /** A runner's write, if its lease still holds. `write` gives the sequence that it came to. */
  #write(lease: Lease, write: (entry: SessionEntry) => number): Written {
    const entry = this.#find(lease);
    if (!entry) return NOT_FOUND;
    const refused = refusalOf(entry, lease);
    if (refused) return refused;
    const sequence = write(entry);
    lease.seen = Math.max(lease.seen, sequence);
    return { outcome: 'written', sequence };
  }

  #append<Body extends EventBody>(entry: SessionEntry, body: Body, at = this.#clock.now()): Body & MatchingEvent {
    const event = {
      ...body,
      sessionId: entry.key.sessionId,
      timestamp: at,
      sequence: entry.log.length + 1,
    } as Body & MatchingEvent;
    entry.log.push(event);
    if (body.type === 'processing_update') {
      entry.stage = body.stage;
      entry.progress = body.progress;
    }
    this.#watchers.ring(entry.key);
    return event;
  }

  #end(entry: SessionEntry, last: MatchResultsBody | ErrorBody, ending: Ending): number {
    if (!endsSession(last)) throw new TypeError(`${last.type} does not end a session`);
    entry.last = last;
    entry.ending = ending;
    entry.steps.clear();
    entry.eventSequences.clear();
    for (const question of entry.questions.values()) question.answer = null;
    entry.forgetting.cancel();
    entry.forgetAt = this.#clock.now() + entry.start.retentionMs;
    entry.forgetting = this.#forgetLater(entry.key, entry.forgetAt);
    return this.#append(entry, last).sequence;
  }

  #endIfOverdue(entry: SessionEntry): void {
    if (entry.last || nextDeadline(entry) > this.#clock.now()) return;
    const { error, ending } = overdueEndOf(entry);
    this.#end(entry, error, ending);
  }

  #forgetLater(key: SessionKey, at: number): Timer {
    return this.#clock.after(at - this.#clock.now(), () => {
      const entry = this.#sessions.get(mapKeyOf(key));
      // A timer may end before a very long time is over.
      if (entry && entry.forgetAt > this.#clock.now()) entry.forgetting = this.#forgetLater(key, entry.forgetAt);
      else this.#forget(key);
    });
  }

  #forget(key: SessionKey): void {
    const entry = this.#sessions.get(mapKeyOf(key));
    if (!entry) return;
    entry.forgetting.cancel();
    this.#sessions.delete(mapKeyOf(key));
    this.#watchers.ring(key);
  }
}
