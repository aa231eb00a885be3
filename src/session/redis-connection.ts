import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../clock.ts';
import { causeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { failureOf } from './redis-failure.ts';
import { parseRedisUrl, type RedisAddress } from './redis-url.ts';

/** One Redis, or a cluster of them. */
export type RedisClient = Redis | Cluster;

export interface RedisConnectionOptions {
  /** `redis://`, `rediss://` or `redis+cluster://host:port,host:port`. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a command may take, waiting for a connection included. Default: 2000. */
  readonly commandTimeoutMs?: number | undefined;
}

const COMMAND_TIMEOUT_MS = 2000;

/** A link that has been silent for this many command timeouts after a command is cut, and made anew. */
const SILENT_TIMEOUTS = 1.5;

const LONGEST_RETRY_MS = 1000;

/**
 * How many times a connection is tried before the commands that wait for it are given up: 50, 100, … 400 ms come to as
 * long as a command may take. Nothing piles up over a long outage, to be carried out when nobody waits for it.
 */
const RETRIES_OF_A_COMMAND = 8;

/**
 * Connects, and resolves when Redis serves. Rejects with SessionFailure `unavailable` when it does not. Redis 7.0 or
 * newer, or Valkey; scripts are replicated by their effects.
 */
export async function openRedis(options: RedisConnectionOptions): Promise<RedisConnection> {
  const connection = new RedisConnection(options);
  try {
    await connection.connect();
    return connection;
  } catch (thrown) {
    connection.close();
    throw failureOf(thrown, 'the connection');
  }
}

/** The connection for commands, which heals by itself, and others like it for subscribing. */
export class RedisConnection {
  /** For people: `Redis on localhost:6379`. Without a password. */
  readonly description: string;
  readonly client: RedisClient;
  readonly #address: RedisAddress;
  readonly #options: RedisOptions;
  readonly #clock: Clock;
  readonly #commandTimeoutMs: number;
  #turn = 0;

  /** See openRedis. */
  constructor({ url, clock, log, commandTimeoutMs = COMMAND_TIMEOUT_MS }: RedisConnectionOptions) {
    this.#address = parseRedisUrl(url);
    this.description = this.#address.description;
    this.#clock = clock;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#options = {
      ...this.#address.options,
      lazyConnect: true,
      commandTimeout: commandTimeoutMs,
      connectTimeout: commandTimeoutMs,
      socketTimeout: commandTimeoutMs * SILENT_TIMEOUTS,
      // Not every Redis knows CLIENT SETINFO.
      disableClientInfo: true,
      connectionName: 'matching-stream',
    };
    this.client = this.#address.isCluster ? this.#openCluster() : this.#openSingle();
    watchOver(this.client, log);
  }

  /** Resolves when Redis serves. Rejects when it has not come to in the time of two commands. */
  async connect(): Promise<void> {
    const tooLate = Promise.withResolvers<never>();
    // A cluster that is not complete is tried for ever.
    const timer = this.#clock.after(2 * this.#commandTimeoutMs, () => tooLate.reject(new Error('Command timed out')));
    try {
      await Promise.race([this.client.connect(), tooLate.promise]);
    } finally {
      timer.cancel();
    }
  }

  /**
   * Sends something, and passes on a failure without the arguments of the command: SessionFailure `unavailable` or
   * RedisRefusal. A command that took too long may have been carried out, or be carried out yet.
   */
  async send<Reply>(name: string, sending: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    try {
      return await sending(this.client);
    } catch (thrown) {
      throw failureOf(thrown, name);
    }
  }

  /** Resolves when Redis answers, in a cluster every master; for readiness. Rejects as send. */
  async ping(): Promise<void> {
    await this.send('ping', (client) => {
      const nodes = client instanceof Cluster ? client.nodes('master') : [client];
      if (nodes.length === 0) throw new Error('no node of the cluster is there');
      return Promise.all(nodes.map((node) => node.ping()));
    });
  }

  /**
   * A connection of its own for subscribing, not yet connected. It does not heal by itself: it ends, and says so. In a
   * cluster it goes to one of the nodes that serve now, any one: they pass every message on.
   */
  openSubscriber(): Redis {
    const subscriber = new Redis({ ...this.#options, ...this.#anyNode(), retryStrategy: () => null });
    // Its end is what counts.
    subscriber.on('error', () => {});
    return subscriber;
  }

  /** Cuts the connection; what is under way is rejected. */
  close(): void {
    this.client.disconnect();
  }

  #openSingle(): Redis {
    return new Redis({ ...this.#options, retryStrategy, maxRetriesPerRequest: RETRIES_OF_A_COMMAND });
  }

  #openCluster(): Cluster {
    return new Cluster([...this.#address.nodes], {
      lazyConnect: true,
      redisOptions: this.#options,
      clusterRetryStrategy: retryStrategy,
      // A cluster that is away is said to be at once: what waits for one has no time limit in ioredis.
      enableOfflineQueue: false,
    });
  }

  #anyNode(): { readonly host?: string; readonly port?: number } {
    if (!(this.client instanceof Cluster)) return {};
    const known = this.client.nodes('all').map(({ options: { host, port } }) => ({ host, port }));
    const nodes = known.length > 0 ? known : this.#address.nodes;
    const { host, port } = nodes[this.#turn++ % nodes.length] ?? {};
    return { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  }
}

function retryStrategy(times: number): number {
  return Math.min(50 * times, LONGEST_RETRY_MS);
}

/** Without a listener an error would end the process. One line a cut, not one a try. */
function watchOver(client: RedisClient, log: Log): void {
  let away = false;
  client.on('error', (thrown: unknown) => {
    if (!away) log.warn({ cause: causeOf(thrown) }, 'the connection to Redis is cut');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.info({}, 'Redis serves again');
    away = false;
  });
}
