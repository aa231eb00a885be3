import { setTimeout as delay } from 'node:timers/promises';
import { errorBody } from '../../src/errors.ts';
import type { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { startRedisCluster } from '../support/services/redis-cluster.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { RedisProxy } from './redis-proxy.ts';
import { begin, newKey, startOf, until } from './redis-stores.ts';

/** An answer. */
export const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
/** An end in an error. */
export const FAILED = errorBody('processing_error');
/** Of a question: longer than any test. */
export const TIMEOUT_MS = 60_000;
/** Of an instance, as it is served. */
export const LEASE_MS = 10_000;
/** Far more than a command may take: what has not come by then does not come. */
const NEVER_MS = 6000;

/** What a verb says when Redis does not answer. */
export const UNAVAILABLE = { name: 'SessionFailure', code: 'unavailable', details: { retryAfterMs: 1000 } };

/** Every verb that sends something, on a session with an open question. */
export function verbs(store: RedisSessionStore, lease: Lease): readonly (() => Promise<unknown>)[] {
  return [
    () => store.start(newKey(), startOf()),
    () => store.claim(lease, 7, 'two'),
    () => store.recorded(lease),
    () => store.append(lease, 'late', progressAt(0.9)),
    () => store.record(lease, 'late', { value: 1, workMs: 1 }),
    () => store.ask(lease, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS),
    () => store.finish({ ...lease, epoch: 0 }, noOffers()),
    () => store.answer(lease, 'interaction_7', ADDRESS, 'ok'),
    () => store.misfit(lease, 'interaction_7', { most: 1, pauseMs: 1 }),
    () => store.cancel(newKey(), FAILED),
    () => store.expire(lease),
    () => store.snapshot(lease),
    () => store.read(lease, 0, 1),
    () => store.watch(lease, () => {}),
    () => store.heartbeat('one', LEASE_MS),
    () => store.retire('one'),
    () => store.survey('one', LEASE_MS),
    () => store.runningOn('one'),
    () => store.ping(),
  ];
}

/** What every verb came to: null where it was done, else why not; `never` where it did not come to anything. */
export async function outcomesOf(doing: readonly (() => Promise<unknown>)[]): Promise<readonly unknown[]> {
  return Promise.all(
    doing.map(async (one) =>
      Promise.race([
        one().then(
          () => null,
          (error: unknown) => error,
        ),
        delay(NEVER_MS, 'never', { ref: false }),
      ]),
    ),
  );
}

/** A session that waits for an answer. */
export async function withQuestion(store: RedisSessionStore): Promise<Lease> {
  const lease = await begin(store);
  await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
  return lease;
}

/** Whether Redis answers a store. */
export async function serves(store: RedisSessionStore): Promise<boolean> {
  return store.ping().then(
    () => true,
    () => false,
  );
}

export interface Through extends AsyncDisposable {
  readonly server: RedisServer;
  readonly proxy: RedisProxy;
}

/** A Redis, and a proxy before it. */
export async function startThrough(options: { readonly keepsData?: boolean } = {}): Promise<Through> {
  const server = await startRedis(options);
  const proxy = await RedisProxy.open(server.url);
  return {
    server,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A cluster whose nodes say that they are where a proxy stands before each. */
export async function startClusterThrough(): Promise<
  { readonly url: string; readonly proxies: readonly RedisProxy[] } & AsyncDisposable
> {
  const cluster = await startRedisCluster();
  const proxies = await Promise.all(cluster.nodes.map(({ url }) => RedisProxy.open(url)));
  const ports = proxies.map(({ port }) => port);
  for (const [index, { url, port }] of cluster.nodes.entries()) {
    using link = await connectRedis(url);
    await link.ask('CONFIG', 'SET', 'cluster-announce-bus-port', port + 10_000);
    await link.ask('CONFIG', 'SET', 'cluster-announce-port', ports[index] ?? 0);
  }
  // They tell one another in their own time.
  for (const { url } of cluster.nodes) {
    using link = await connectRedis(url);
    await until(async () => {
      const slots = JSON.stringify(await link.ask('CLUSTER', 'SLOTS'));
      return ports.every((port) => slots.includes(`,${port},`));
    }, 10_000);
  }
  return {
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    proxies,
    async [Symbol.asyncDispose]() {
      await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
      await cluster[Symbol.asyncDispose]();
    },
  };
}
