import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { SessionFailure } from '../errors.ts';
import { createMemoryCallBudget } from '../geo/budget/memory-call-budget.ts';
import { createRedisCallBudget } from '../geo/budget/redis-call-budget.ts';
import type { CallBudget } from '../geo/call-budget.ts';
import { type CallerLimits, createCallerLimits } from '../http/caller-limits.ts';
import { type AccountStreams, ALONE } from '../http/limits/account-streams.ts';
import { RedisAccountStreams } from '../http/limits/redis-account-streams.ts';
import type { ReadinessChecks } from '../http/health.ts';
import type { Log } from '../log.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { MemoryTickets } from '../session/memory-tickets.ts';
import {
  openRedisSessionStore,
  type RedisSessionStore,
  type RedisStoreCounts,
} from '../session/redis-session-store.ts';
import { RedisTickets } from '../session/redis-tickets.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { Tickets } from '../session/tickets.ts';
import { StartError } from './start-error.ts';

/** What instances share, where they share a Redis. Closing the store closes the connection of all of it. */
interface SharedParts {
  readonly store: SessionStore;
  /** What may still be asked of map services. */
  readonly budget: CallBudget;
  readonly tickets: Tickets;
  /** What callers may still ask for. */
  readonly limits: CallerLimits;
  /** What accounts have open at all instances. */
  readonly accountStreams: AccountStreams & Partial<AsyncDisposable>;
  /** What readiness is to ask. */
  readonly check: ReadinessChecks;
  /** Null where sessions are in memory. */
  readonly counts: () => RedisStoreCounts | null;
}

interface StoreOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** This instance's own name. */
  readonly instance: string;
}

/** On Redis where it is configured, and in memory otherwise. Rejects with StartError where that Redis does not serve. */
export async function openStore(config: Config, using: StoreOptions): Promise<SharedParts> {
  const { url, keyPrefix } = config.redis;
  const { log, clock } = using;
  const longestMs = config.times.sessionMaxMs + config.times.sessionRetentionMs;
  const limitsOf = (redis: RedisSessionStore['redis'] | null): CallerLimits =>
    createCallerLimits({ limits: config.limits, redis, keyPrefix, clock, log });
  if (url === null) {
    return {
      store: new MemorySessionStore(clock),
      budget: createMemoryCallBudget(clock),
      tickets: new MemoryTickets({ clock, longestMs }),
      limits: limitsOf(null),
      accountStreams: ALONE,
      check: {},
      counts: () => null,
    };
  }
  const store = await openRedisStore(config, { ...using, url });
  const { redis } = store;
  return {
    store,
    budget: createRedisCallBudget({ redis, keyPrefix, clock }),
    tickets: new RedisTickets({ redis, keyPrefix, longestMs }),
    limits: limitsOf(redis),
    accountStreams: new RedisAccountStreams({ ...using, redis, keyPrefix }),
    check: { redis: () => store.ping() },
    counts: () => store.counts,
  };
}

async function openRedisStore(
  { redis: { keyPrefix }, times: { logPollMs, sessionRetentionMs: retentionMs } }: Config,
  using: StoreOptions & { readonly url: string },
): Promise<RedisSessionStore> {
  return openRedisSessionStore({ keyPrefix, logPollMs, retentionMs, ...using }).catch((cause: unknown) => {
    if (!(cause instanceof SessionFailure)) throw cause;
    throw new StartError(
      'The Redis of REDIS_URL does not answer, or refuses the login. Start it, or correct REDIS_URL.',
      { cause },
    );
  });
}
