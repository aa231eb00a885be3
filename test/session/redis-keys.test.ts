import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorBody } from '../../src/errors.ts';
import { sessionNameOf, RedisKeys, shardOf } from '../../src/session/redis-keys.ts';
import type { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { everythingIn } from '../support/redis-content.ts';
import { startRedisCluster } from '../support/services/redis-cluster.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';
import { begin, beginBeside, newKey, newPrefix, openStore, startOf } from './redis-stores.ts';

const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
const TIMEOUT_MS = 60_000;
const RETENTION_MS = 400;
/** Ten of them are less than the retention. */
const LEASE_MS = 20;

interface Nodes extends AsyncDisposable {
  readonly url: string;
  readonly urls: readonly string[];
}

const PLACES: readonly (readonly [name: string, start: () => Promise<Nodes>])[] = [
  [
    'one Redis',
    async () => {
      const server = await startRedis();
      return { url: server.url, urls: [server.url], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
  ],
  [
    'a cluster of three',
    async () => {
      const cluster = await startRedisCluster();
      const urls = cluster.nodes.map(({ url }) => url);
      return { url: cluster.url, urls, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
    },
  ],
];

/** Every verb that may make or change a key, in the order of a session's life. */
function life(store: RedisSessionStore, lease: Lease): readonly (readonly [verb: string, () => Promise<unknown>])[] {
  const second = { ...lease, epoch: 2 };
  return [
    ['heartbeat', () => store.heartbeat('one', LEASE_MS)],
    ['watch', () => store.watch(lease, () => {})],
    ['append', () => store.append(lease, 'begun', progressAt(0.1))],
    ['record', () => store.record(lease, 'geocoded', { value: { secretPlace: 'Wannsee' }, workMs: 1 })],
    ['ask', () => store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS)],
    ['answer', () => store.answer(lease, 'interaction_0', ADDRESS, 'ok')],
    ['claim', () => store.claim(lease, 1, 'two')],
    ['retire', () => store.retire('one')],
    ['survey', () => store.survey('two', LEASE_MS)],
    ['runningOn', () => store.runningOn('two')],
    ['recorded', () => store.recorded(second)],
    ['expire', () => store.expire(lease)],
    ['snapshot', () => store.snapshot(lease)],
    ['read', () => store.read(lease, 0, 10)],
    ['finish', () => store.finish(second, noOffers())],
    ['answer again', () => store.answer(lease, 'interaction_0', ADDRESS, 'ok')],
    ['late append', () => store.append(second, 'late', progressAt(0.9))],
    ['late watch', () => store.watch(lease, () => {})],
    ['late cancel', () => store.cancel(lease, errorBody('session_cancelled'))],
  ];
}

describe.each(PLACES)('on %s', (_name, start) => {
  let nodes: Nodes;
  let urls: readonly string[];
  beforeAll(async () => {
    nodes = await start();
    urls = nodes.urls;
  });
  afterAll(async () => nodes[Symbol.asyncDispose]());

  test('every key has an expiry at every moment, only the record tells whose session it is, and all goes with it', async () => {
    await using store = await openStore(nodes.url);
    const lease = await begin(store, { retentionMs: RETENTION_MS });
    const name = sessionNameOf(lease);
    expect((await everythingIn(urls)).length).toBeGreaterThan(0);
    for (const [verb, act] of life(store, lease)) {
      await act();
      for (const { key, leftMs, content } of await everythingIn(urls)) {
        expect(leftMs, `${key} after ${verb}`).toBeGreaterThan(0);
        expect(key).toMatch(key.endsWith('{instances}') ? /:\{instances\}$/u : `{${shardOf(name)}}`);
        const shown = key.endsWith(`${name}:record`) ? key : `${key} ${content}`;
        for (const secret of [lease.account, lease.sessionId]) expect(shown).not.toContain(secret);
      }
    }
    await delay(RETENTION_MS + 50);
    expect(await everythingIn(urls)).toEqual([]);
  });

  test('what a person answered and what steps found is in no key after the end, however it comes', async () => {
    await using store = await openStore(nodes.url);
    const ends: readonly ((lease: Lease) => Promise<unknown>)[] = [
      (lease) => store.finish(lease, noOffers()),
      (lease) => store.cancel(lease, errorBody('session_cancelled')),
      async (lease) => {
        await delay(1050);
        return store.expire(lease);
      },
    ];
    for (const end of ends) {
      const lease = await begin(store, { maxLifeMs: 1000, retentionMs: RETENTION_MS });
      await store.record(lease, 'geocoded', { value: { secretPlace: 'Wannsee' }, workMs: 1 });
      await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
      await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      const before = JSON.stringify(await everythingIn(urls));
      expect(before).toContain('Potsdamer');
      expect(before).toContain('Wannsee');
      await end(lease);
      const after = JSON.stringify(await everythingIn(urls));
      expect(after).toContain(sessionNameOf(lease));
      expect(after).not.toContain('Potsdamer');
      expect(after).not.toContain('Wannsee');
    }
    await delay(RETENTION_MS + 50);
    expect(await everythingIn(urls)).toEqual([]);
  });

  test('the end shortens the time of what is left to the retention', async () => {
    await using store = await openStore(nodes.url);
    const lease = await begin(store, { retentionMs: RETENTION_MS });
    await store.append(lease, 'begun', progressAt(0.1));
    await store.finish(lease, noOffers());
    const left = (await everythingIn(urls)).map(({ leftMs }) => leftMs);
    expect(left.length).toBeGreaterThan(0);
    for (const ms of left) expect(ms).toBeLessThanOrEqual(RETENTION_MS);
  });
});

describe('the list of the sessions of a shard that run', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test('is kept for as long as the one that may live longest, whichever began first', async () => {
    for (const lengths of [
      [1000, 50_000, 2000],
      [50_000, 1000],
    ]) {
      const prefix = newPrefix();
      await using store = await openStore(server.url, { keyPrefix: prefix });
      using link = await connectRedis(server.url);
      const first = await begin(store, { maxLifeMs: 500 });
      const leases = [first];
      for (const maxLifeMs of lengths) leases.push(await beginBeside(store, first, { maxLifeMs }));
      const keys = new RedisKeys(prefix);
      const records = leases.map((lease) => keys.ofSession(sessionNameOf(lease))[0] ?? '');
      const expiries: number[] = [];
      for (const record of records) expiries.push(Number(await link.ask('PEXPIRETIME', record)));
      expect(Number(await link.ask('PEXPIRETIME', keys.running(shardOf(sessionNameOf(first)))))).toBe(
        Math.max(...expiries),
      );
    }
  });

  test('loses those that were forgotten when a survey meets them', async () => {
    const prefix = newPrefix();
    await using store = await openStore(server.url, { keyPrefix: prefix });
    using link = await connectRedis(server.url);
    const lasting = await begin(store, { instance: 'gone' });
    await beginBeside(store, lasting, { instance: 'gone', maxLifeMs: 30, retentionMs: 30 });
    const running = new RedisKeys(prefix).running(shardOf(sessionNameOf(lasting)));
    await delay(80);
    expect(await link.ask('HLEN', running)).toBe(2);
    expect((await store.survey('here', LEASE_MS)).abandoned).toHaveLength(1);
    expect(await link.ask('HGETALL', running)).toEqual([sessionNameOf(lasting), 'gone']);
  });
});

describe('the names of keys', () => {
  const keys = new RedisKeys('p:');

  test('put all that a script touches into one slot, and differ for different sessions', () => {
    const sessions = fc.tuple(fc.string({ unit: 'binary' }), fc.uuid());
    fc.assert(
      fc.property(sessions, sessions, ([account, sessionId], [otherAccount, otherId]) => {
        const name = sessionNameOf({ account, sessionId });
        const tags = keys.ofSession(name).map((key) => /\{(.*)\}/u.exec(key)?.[1]);
        expect(new Set(tags)).toEqual(new Set([shardOf(name)]));
        const isSame = account === otherAccount && sessionId === otherId;
        expect(sessionNameOf({ account: otherAccount, sessionId: otherId }) === name).toBe(isSame);
      }),
    );
  });

  test('spread sessions over 256 shards', () => {
    const shards = Array.from({ length: 10_000 }, (_, index) =>
      shardOf(sessionNameOf({ account: 'a', sessionId: `session-${index}` })),
    );
    expect(new Set(shards).size).toBe(256);
    expect(shards.every((shard) => /^[\da-f]{2}$/u.test(shard))).toBe(true);
  });
});

test('an event comes back as it was given, whatever is in it', async () => {
  await using server = await startRedis();
  await using store = await openStore(server.url);
  const lease = await begin(store);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), async (text, number) => {
      count += 1;
      const warnings = [{ code: 'home_unknown', field: text, message: text }] as const;
      const event = { ...errorBody('geocoding_failed', { retryAfterMs: number }, text), warnings };
      await store.append(lease, `${count} ${text}`, event);
      const [read] = (await store.read(lease, count - 1, 1))?.events ?? [];
      expect(read).toMatchObject(JSON.parse(JSON.stringify(event)));
    }),
    { numRuns: 200 },
  );
  expect((await recordedUnder(store, lease)).eventKeys.size).toBe(count);
});

test('progress is kept to the last digit', async () => {
  await using server = await startRedis();
  await using store = await openStore(server.url);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), async (all) => {
      const started = await store.start(newKey(), startOf());
      if (started.outcome !== 'started') throw new Error('not started');
      for (const [index, progress] of all.entries()) {
        await store.append(started.lease, `${index}`, progressAt(progress));
      }
      const events = (await store.read(started.lease, 0, 100))?.events ?? [];
      const raised = all.map((_, index) => Math.max(...all.slice(0, index + 1)));
      expect(events.map((event) => event.type === 'processing_update' && event.progress)).toEqual(raised);
    }),
    { numRuns: 50 },
  );
});
