import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import {
  type Answer,
  endsSession,
  type ErrorBody,
  type MatchingInput,
  type MatchResultsBody,
  type ProcessingUpdateBody,
  type SessionStatus,
} from '../protocol.ts';
import { openRedis, type RedisConnection } from '../redis/connection.ts';
import type { ScriptCall } from '../redis/script.ts';
import { RedisAnswers } from './redis-answers.ts';
import { RedisKeys, type SessionName, sessionNameOf } from './redis-keys.ts';
import { eventOf, fieldsOf, type LogEntry } from './redis-log-entry.ts';
import { OVERDUE_ERRORS } from './redis-overdue.ts';
import { recordedOf, type RecordedReply, snapshotOf, type SnapshotReply, statusOf } from './redis-record.ts';
import { RedisRegistry } from './redis-registry.ts';
import { leaseOf, type RefusedReply, refusalOf, type WrittenReply } from './redis-reply.ts';
import { type RedisRingCounts, RedisRings } from './redis-rings.ts';
import { RedisScripts, type SessionScript } from './redis-script.ts';
import {
  type AnswerOutcome,
  type Ending,
  type Heartbeat,
  type KeyedQuestion,
  type Lease,
  type LogPage,
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

export interface RedisSessionStoreOptions {
  /** See openRedis. */
  readonly url: string;
  /** Before every key and channel; without braces. */
  readonly keyPrefix: string;
  /** How often to look for changes that no ring came for. */
  readonly logPollMs: number;
  /** How long changes are kept, which is as long as sessions are kept after their end. Default: not known. */
  readonly retentionMs?: number;
  /** This instance's own name, which no other has. */
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a command may take. Default: 2000. */
  readonly commandTimeoutMs?: number;
  /** Gives texts that nobody can guess. Default: randomUUID. */
  readonly newId?: () => string;
}

/** What a store has done since it was opened; for operators. */
export interface RedisStoreCounts extends RedisRingCounts {
  /** Writes of runners that were refused as another instance had the session by then, or its log is another one. */
  readonly fencedWrites: number;
  /** Logs that had gone back in time, and whose session was ended for it. */
  readonly rewoundLogs: number;
}

/** Connects, subscribes to the instance's doorbell, and resolves. Rejects with SessionFailure `unavailable`. */
export async function openRedisSessionStore(options: RedisSessionStoreOptions): Promise<RedisSessionStore> {
  const { url, clock, log, commandTimeoutMs } = options;
  const redis = await openRedis({ url, clock, log, commandTimeoutMs });
  const store = new RedisSessionStore(redis, options);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Sessions in Redis, for any number of instances. Every verb is one script, so one atomic step and one round trip; an
 * answer takes two, and what looks over all sessions one for each shard. Deadlines, timestamps, leases and expiry go by
 * the clock of Redis. A verb rejects with SessionFailure `unavailable` when Redis does not answer in the time of a
 * command: it may have been carried out, and is safe to be called again.
 */
export class RedisSessionStore implements SessionStore {
  readonly description: string;
  /** The connection for commands, which others may share. It is closed with the store. */
  readonly redis: RedisConnection;
  readonly #newId: () => string;
  readonly #scripts: RedisScripts;
  readonly #registry: RedisRegistry;
  readonly #rings: RedisRings;
  readonly #answers: RedisAnswers;
  readonly #counts = { fencedWrites: 0, rewoundLogs: 0 };

  /** See openRedisSessionStore. */
  constructor(redis: RedisConnection, options: RedisSessionStoreOptions) {
    const { keyPrefix, instance, newId = randomUUID } = options;
    const keys = new RedisKeys(keyPrefix);
    const scripts = new RedisScripts({ redis, keys, instance });
    this.description = redis.description;
    this.redis = redis;
    this.#newId = newId;
    this.#scripts = scripts;
    this.#registry = new RedisRegistry(scripts, keys);
    this.#rings = new RedisRings({ ...options, redis, keys, scripts });
    this.#answers = new RedisAnswers({ redis, keys, scripts, rings: this.#rings, newId });
  }

  get counts(): RedisStoreCounts {
    return { ...this.#rings.counts, ...this.#counts };
  }

  /** How much it holds in this process: nothing of a session that nobody watches. */
  get held(): { readonly watchers: number } {
    return { watchers: this.#rings.size };
  }

  /** Begins to hear the doorbell: before the first session, and never again for one. */
  async open(): Promise<void> {
    await this.#rings.open();
  }

  /** Resolves when Redis answers; for readiness. Rejects with SessionFailure `unavailable`. */
  async ping(): Promise<void> {
    await this.redis.ping();
  }

  async start(key: SessionKey, start: SessionStart): Promise<Started> {
    const { input, startToken, instance, maxLifeMs, retentionMs } = start;
    const secret = `${this.#newId()}${this.#newId()}`;
    const who = JSON.stringify([key.account, key.sessionId]);
    const made = [startToken, this.#newId(), secret, JSON.stringify(input), input.parentId];
    const given = [...made, instance, maxLifeMs, retentionMs, who];
    const reply = (await this.#rings.runAndRing('start', sessionNameOf(key), given)) as
      | readonly ['started', generation: string, startedAt: string, endsBy: string]
      | readonly ['exists', input: string];
    if (reply[0] === 'exists') {
      return { outcome: sameInput(JSON.parse(reply[1]) as MatchingInput, input) ? 'exists' : 'conflict' };
    }
    const [outcome, generation, startedAt, endsBy] = reply;
    return {
      outcome,
      lease: leaseOf(key, { generation, epoch: 1, seen: 0 }),
      startedAt: Number(startedAt),
      endsBy: Number(endsBy),
    };
  }

  async claim(key: SessionKey, epoch: number, instance: string): Promise<Lease | undefined> {
    const reply = (await this.#run('claim', sessionNameOf(key), [epoch, instance])) as
      | readonly [string, string, number]
      | null;
    return reply ? leaseOf(key, { generation: reply[0], epoch: Number(reply[1]), seen: reply[2] }) : undefined;
  }

  async recorded(lease: Lease): Promise<Recorded | Refusal> {
    const { generation, epoch, seen } = lease;
    const reply = (await this.#run('recorded', sessionNameOf(lease), [generation, epoch, seen])) as
      | RecordedReply
      | RefusedReply;
    if (reply[0] !== 'recorded' && reply[0] !== 'rewound') return refusalOf(reply);
    const { recorded, lastSequence } = recordedOf(reply);
    if (!recorded.rewound) lease.seen = Math.max(lease.seen, lastSequence);
    return recorded;
  }

  async append(lease: Lease, key: string, event: ProcessingUpdateBody | ErrorBody): Promise<Written> {
    const [stage, progress] = event.type === 'processing_update' ? [event.stage, event.progress] : ['', ''];
    return this.#write('append', lease, [key, JSON.stringify(event), stage, progress]);
  }

  async record(lease: Lease, key: string, step: RecordedStep): Promise<Written> {
    const args = [lease.generation, lease.epoch, lease.seen, key, JSON.stringify(step)];
    return this.#written(lease, await this.#run('record', sessionNameOf(lease), args));
  }

  async ask(lease: Lease, questions: readonly KeyedQuestion[], timeoutMs: number): Promise<Written> {
    const given = questions.flatMap(({ key, question }) => [
      key,
      JSON.stringify({ type: 'user_interaction', ...question }),
    ]);
    return this.#write('ask', lease, [timeoutMs, ...given]);
  }

  async finish(lease: Lease, last: MatchResultsBody | ErrorBody): Promise<Written> {
    if (!endsSession(last)) throw new TypeError(`${last.type} does not end a session`);
    const kind = last.type === 'match_results' ? 'results' : 'error';
    return this.#write('finish', lease, [kind, JSON.stringify(last), this.#newId()]);
  }

  async answer(
    key: SessionKey,
    interactionId: string,
    answer: Answer,
    acknowledgement: string,
  ): Promise<AnswerOutcome> {
    return this.#answers.answer(key, interactionId, answer, acknowledgement);
  }

  async misfit(key: SessionKey, interactionId: string, limit: MisfitLimit): Promise<MisfitOutcome> {
    return this.#answers.misfit(key, interactionId, limit);
  }

  async heartbeat(instance: string, leaseMs: number): Promise<Heartbeat> {
    return this.#registry.beat(instance, leaseMs);
  }

  async retire(instance: string): Promise<void> {
    await this.#registry.leave(instance);
  }

  async survey(instance: string, leaseMs: number): Promise<Survey> {
    return this.#registry.survey(instance, leaseMs);
  }

  async runningOn(instance: string): Promise<readonly Running[]> {
    return this.#registry.runningOn(instance);
  }

  async cancel(key: SessionKey, error: ErrorBody): Promise<SessionStatus | undefined> {
    const name = sessionNameOf(key);
    const flat = await this.#rings.runAndRing('cancel', name, [JSON.stringify(error), ...OVERDUE_ERRORS]);
    const record = fieldsOf(flat as readonly string[]);
    if (record.size === 0) return undefined;
    const status = statusOf(record, key.sessionId, []);
    this.#rings.ringOnce({ session: name, last: status.lastSequence });
    return status;
  }

  async expire(key: SessionKey): Promise<Overdue> {
    const name = sessionNameOf(key);
    const reply = (await this.#run('expire', name, OVERDUE_ERRORS)) as
      | readonly ['ended', last: number, ending: Ending, epoch: string]
      | readonly ['not_yet', inMs: number]
      | readonly ['session_not_found'];
    if (reply[0] === 'not_yet') return { outcome: 'not_yet', inMs: reply[1] };
    if (reply[0] !== 'ended') return { outcome: reply[0] };
    const [outcome, last, ending, epoch] = reply;
    // A look that changed nothing rings nobody: whoever is rung may look again.
    this.#rings.ringOnce({ session: name, last });
    return { outcome, ending, epoch: Number(epoch) };
  }

  async snapshot(key: SessionKey): Promise<Snapshot | undefined> {
    const reply = await this.#run('snapshot', sessionNameOf(key), []);
    return reply === null ? undefined : snapshotOf(reply as SnapshotReply, key.sessionId);
  }

  async read(key: SessionKey, after: number, limit: number): Promise<LogPage | undefined> {
    const reply = await this.#run('read', sessionNameOf(key), [after, limit]);
    if (reply === null) return undefined;
    const [generation, lastSequence, ended, entries] = reply as readonly [
      string,
      number,
      0 | 1,
      readonly LogEntry[] | null,
    ];
    const events = (entries ?? []).map((entry) => eventOf(entry, key.sessionId));
    return { generation, events, lastSequence, ended: ended === 1 };
  }

  async watch(key: SessionKey, ring: () => void): Promise<StopWatching> {
    return this.#rings.watch(sessionNameOf(key), ring);
  }

  async close(): Promise<void> {
    this.#rings.close();
    this.redis.close();
  }

  async #run(script: SessionScript, name: SessionName, args: ScriptCall['args']): Promise<unknown> {
    return this.#scripts.onSession(script, name, args);
  }

  async #write(script: SessionScript, lease: Lease, args: ScriptCall['args']): Promise<Written> {
    const { generation, epoch, seen } = lease;
    const given = [generation, epoch, seen, ...args];
    return this.#written(lease, await this.#rings.runAndRing(script, sessionNameOf(lease), given));
  }

  #written(lease: Lease, reply: unknown): Written {
    const written = reply as WrittenReply;
    if (written[0] === 'rewound') return { outcome: written[0] };
    if (written[0] !== 'written') {
      if (written[0] === 'stale') this.#counts.fencedWrites += 1;
      return refusalOf(written);
    }
    const [outcome, sequence, wasRewound] = written;
    if (wasRewound === 1) this.#counts.rewoundLogs += 1;
    lease.seen = Math.max(lease.seen, sequence);
    return { outcome, sequence };
  }
}
