import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../clock.ts';
import { causeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { failureOf, isLinkCut, isTooLate, TooLate } from './failure.ts';
import { parseRedisUrl, type RedisAddress } from './url.ts';

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

const LONGEST_RETRY_MS = 1000;

/** How long a command that a cut link took with it, or that found none, waits before it is sent again. */
const RESEND_MS = 50;

/** How long a link that is given up may take to say goodbye: a dead one never answers. */
const GOODBYE_MS = 100;

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
  #closed = false;

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
      disconnectTimeout: GOODBYE_MS,
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
    const timer = this.#clock.after(2 * this.#commandTimeoutMs, () => tooLate.reject(new TooLate()));
    try {
      await Promise.race([this.client.connect(), tooLate.promise]);
    } finally {
      timer.cancel();
    }
  }

  /**
   * Sends something, again where a link is cut before the reply comes, and passes on a failure without the arguments of
   * the command: SessionFailure `unavailable`, at the latest when a command may take no longer, or RedisRefusal. A
   * command that took too long may have been carried out, or be carried out yet.
   */
  async send<Reply>(name: string, sending: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    const link = this.#link;
    try {
      return await this.inTime(name, (isOver) => this.#persist(sending, isOver));
    } catch (failed) {
      // What was lost on it once may come later, or never: nothing more is asked over it.
      if (isTooLate(failed) && link !== undefined && this.#link === link) link.destroy(new TooLate());
      throw failed;
    }
  }

  /** Gives several commands the time of one. Rejects as send. */
  async inTime<Result>(name: string, work: (isOver: () => boolean) => Promise<Result>): Promise<Result> {
    const tooLate = Promise.withResolvers<never>();
    const timer = this.#clock.after(this.#commandTimeoutMs, () => tooLate.reject(new TooLate()));
    let isOver = false;
    try {
      return await Promise.race([work(() => isOver), tooLate.promise]);
    } catch (thrown) {
      throw failureOf(thrown, name);
    } finally {
      isOver = true;
      timer.cancel();
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
    this.#limitHandshake(subscriber);
    return subscriber;
  }

  /** Cuts the connection; what is under way is rejected. */
  close(): void {
    this.#closed = true;
    this.client.disconnect();
  }

  /** The one link that commands go over now; undefined while there is none, and in a cluster, where there are more. */
  get #link(): Redis['stream'] | undefined {
    return this.client instanceof Redis && this.client.status === 'ready' ? this.client.stream : undefined;
  }

  async #persist<Reply>(sending: (client: RedisClient) => Promise<Reply>, isOver: () => boolean): Promise<Reply> {
    for (;;) {
      try {
        return await sending(this.client);
      } catch (thrown) {
        if (this.#closed || !isLinkCut(thrown)) throw thrown;
        await new Promise<void>((resolve) => void this.#clock.after(RESEND_MS, resolve));
        // Nobody waits for it any more: it is not carried out after an outage.
        if (isOver()) throw thrown;
      }
    }
  }

  #openSingle(): Redis {
    // A link that is cut, or not there, gives back at once what it cannot answer: nothing is sent again but by `send`,
    // and nothing waits for an outage to end, to be carried out when nobody waits for it any more.
    const given = { enableOfflineQueue: false, maxRetriesPerRequest: 0 };
    const client = new Redis({ ...this.#options, ...given, retryStrategy });
    this.#limitHandshake(client);
    return client;
  }

  #openCluster(): Cluster {
    const client = new Cluster([...this.#address.nodes], {
      lazyConnect: true,
      // A node's link that is silent for the time of a command is cut. Only here: a timer of an earlier link cuts the
      // next one of the same client, and a node's client has but one.
      redisOptions: { ...this.#options, socketTimeout: this.#commandTimeoutMs },
      clusterRetryStrategy: retryStrategy,
      // A cluster that is away is said to be at once: what waits for one has no time limit in ioredis.
      enableOfflineQueue: false,
      // `send` alone sends again what a cut link took with it: ioredis would what nobody waits for any more, too.
      retryDelayOnFailover: 0,
    });
    client.on('+node', (node: Redis) => this.#limitHandshake(node));
    return client;
  }

  /** Cuts a link that was made and then does not come to serve: each of its first commands has a time of its own. */
  #limitHandshake(client: Redis): void {
    client.on('connect', () => {
      const { stream } = client;
      this.#clock.after(this.#commandTimeoutMs, () => {
        if (client.stream === stream && client.status === 'connect') stream.destroy(new TooLate());
      });
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
