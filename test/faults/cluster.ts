import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { freeLoopbackPort } from '../support/services/loopback-port.ts';
import { type PostgresServer, startPostgres } from '../support/services/postgres.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';
import { openThrowaway, type Throwaway } from '../support/services/throwaway.ts';
import { Journal } from './journal.ts';
import type { JournalFact } from './journal-entry.ts';
import { ManagedInstance } from './managed-instance.ts';
import type { SeededRandom } from './seeded-random.ts';
import { TcpProxy } from './tcp-proxy.ts';
import type { ClusterTimes } from './times.ts';

/** One instance with its own links to the servers. */
export interface Member {
  readonly instance: ManagedInstance;
  readonly redisLink: TcpProxy;
  readonly postgresLink: TcpProxy;
}

export interface ClusterOptions {
  readonly instances: number;
  readonly seed: string;
  readonly times: ClusterTimes;
  readonly clock: Clock;
}

/** Steps and progress take up to this much longer, in milliseconds. */
const LONGEST_DELAY_MS = 150;

/** What a client that subscribes says. */
const SUBSCRIBING = /\r\nsubscribe\r\n/iu;

/** Instances in processes of their own over one Redis and one Postgres, each behind proxies. Disposal ends them all. */
export class Cluster implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly members: readonly Member[];
  readonly times: ClusterTimes;
  /** Where the journals are. Removed on disposal, and when this process ends in whatever way. */
  readonly folder: string;
  readonly #pages: Pages;
  readonly #closing: AsyncDisposableStack;

  private constructor(parts: Parts & Pick<Cluster, 'members' | 'times'>) {
    this.times = parts.times;
    this.redis = parts.redis;
    this.postgres = parts.postgres;
    this.members = parts.members;
    this.folder = parts.throwaway.folder;
    this.#pages = parts.pages;
    this.#closing = parts.closing;
  }

  /** Starts everything, and resolves when every instance serves. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const closing = new AsyncDisposableStack();
    try {
      const throwaway = closing.use(await openThrowaway());
      const pages = closing.use(new Pages(throwaway.folder, options.clock));
      const redis = closing.use(await startRedis({ keepsData: true }));
      const postgres = closing.use(await startPostgres({ settings: { synchronous_commit: 'on' } }));
      const parts = { redis, postgres, throwaway, pages, closing };
      const cluster = new Cluster({ ...parts, times: options.times, members: await startMembers(parts, options) });
      await cluster.whole();
      return cluster;
    } catch (error) {
      await closing.disposeAsync();
      throw error;
    }
  }

  get instances(): readonly ManagedInstance[] {
    return this.members.map(({ instance }) => instance);
  }

  /** The address of one of the instances that seem to serve, and not of the one at `except`; of any where none does. */
  anyInstance(random: SeededRandom, except?: string): string {
    const others = this.instances.filter(({ url }) => url !== except);
    const up = others.filter(({ isUp }) => isUp);
    return random.pick(up.length > 0 ? up : others).url;
  }

  /** Writes what clients see and what the harness does. */
  write(by: string, fact: JournalFact): void {
    this.#pages.write(by, fact);
  }

  /** From now on is written into a journal of its own, `<name>.jsonl`. */
  turnPage(name: string): void {
    this.#pages.turn(name);
  }

  /** Ends every fault of a link, brings back the servers, and resolves when every instance serves. */
  async whole(): Promise<void> {
    await Promise.all(this.members.flatMap(({ redisLink, postgresLink }) => [redisLink.pass(), postgresLink.pass()]));
    const away = [this.redis, this.postgres].filter(({ pid }) => pid === null);
    await Promise.all(away.map((server) => server.start()));
    await Promise.all(this.instances.map((instance) => instance.ready()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing.disposeAsync();
  }
}

interface Parts {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly throwaway: Throwaway;
  readonly pages: Pages;
  readonly closing: AsyncDisposableStack;
}

/** The journal of the harness and the clients, a file a round. */
class Pages implements Disposable {
  readonly #folder: string;
  readonly #clock: Clock;
  #journal: Journal;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
    this.#journal = new Journal(join(folder, 'start.jsonl'), clock);
  }

  turn(name: string): void {
    this.#journal[Symbol.dispose]();
    this.#journal = new Journal(join(this.#folder, `${name}.jsonl`), this.#clock);
  }

  write(by: string, fact: JournalFact): void {
    this.#journal.write(by, fact);
  }

  [Symbol.dispose](): void {
    this.#journal[Symbol.dispose]();
  }
}

async function startMembers(parts: Parts, { instances, seed, times }: ClusterOptions): Promise<Member[]> {
  const { redis, postgres, throwaway, pages, closing } = parts;
  const members: Member[] = [];
  for (const name of 'abcdefghijklmnopqrstuvwxyz'.slice(0, instances)) {
    const redisLink = closing.use(await TcpProxy.open({ target: redis.port, marks: SUBSCRIBING }));
    const postgresLink = closing.use(await TcpProxy.open({ target: postgres.port }));
    const port = await freeLoopbackPort();
    const links = { port, redisLink, postgresLink, postgresUrl: postgres.url };
    const environment = { ...environmentOf(links), ...environmentOfTimes(times) };
    const write = (fact: JournalFact): void => pages.write('harness', fact);
    const options = { name, port, environment, seed, longestDelayMs: LONGEST_DELAY_MS, throwaway, write };
    const instance = closing.adopt(new ManagedInstance(options), (one) => one.close());
    instance.start();
    members.push({ instance, redisLink, postgresLink });
  }
  return members;
}

function environmentOf(at: {
  readonly port: number;
  readonly redisLink: TcpProxy;
  readonly postgresLink: TcpProxy;
  readonly postgresUrl: string;
}): Record<string, string> {
  const database = new URL(at.postgresUrl);
  database.port = String(at.postgresLink.port);
  return {
    PORT: String(at.port),
    DATABASE_URL: database.href,
    REDIS_URL: `redis://127.0.0.1:${at.redisLink.port}`,
    DEMO_DATA: 'true',
    LOG_LEVEL: 'trace',
    // All clients are one account from one address here; what limits there are is not what is looked at.
    RATE_STARTS_PER_MINUTE: '100000',
    RATE_RESPONSES_PER_MINUTE: '100000',
    RATE_READS_PER_MINUTE: '100000',
    MAX_STREAMS_PER_ACCOUNT: '10000',
  };
}

function environmentOfTimes(times: ClusterTimes): Record<string, string> {
  return {
    HEARTBEAT_MS: String(times.heartbeatMs),
    LEASE_MS: String(times.leaseMs),
    LOG_POLL_MS: String(times.logPollMs),
    INTERACTION_TIMEOUT_MS: String(times.interactionTimeoutMs),
    SESSION_RETENTION_MS: String(times.retentionMs),
    SESSION_MAX_MS: String(times.maxLifeMs),
  };
}
