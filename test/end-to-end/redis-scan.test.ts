import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from '../session/redis-stores.ts';
import { gazetteerPlaces } from '../support/map-services/gazetteer-places.ts';
import { type MapServices, startMapServices } from '../support/map-services/index.ts';
import { CANARY, placesIn } from '../support/private-places.ts';
import { everythingIn, type Kept } from '../support/redis-content.ts';
import { RedisTraffic } from '../support/redis-traffic.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { connectPostgres } from '../support/services/postgres-link.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

const PREFIX = 'scan:';
const ACCOUNT = 'an-account-of-this-test-alone';
const RETENTION_MS = 4000;
const LEASE_MS = 600;
const TICKET_MS = 8000;
/** Others test on the same machine. */
const PATIENCE_MS = 15_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const REST = '/api/streaming';

/** Every kind of key that there is, and for how long it may be there once nobody needs it any more. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp, mostMs: number])[] = [
  ['session', /^scan:\{[\da-f]{2}\}:s:[\w-]{43}:(?:record|log|work|watchers)$/u, RETENTION_MS],
  ['shard', /^scan:\{[\da-f]{2}\}:(?:changes|running)$/u, RETENTION_MS],
  // Ten leases after the last beat.
  ['instances', /^scan:\{instances\}$/u, 10 * LEASE_MS],
  ['ticket', /^scan:ticket:[\w-]{43}$/u, TICKET_MS],
  ['streams', /^scan:\{streams\}:(?:instances|of:[\w-]+)$/u, MINUTE_MS],
  ['rate', /^scan:rate:(?:starts|responses|reads):[\w-]{43}$/u, MINUTE_MS],
  ['turns', /^scan:\{budget:[\w-]+\}:(?:turns|held)$/u, MINUTE_MS],
  // The rest of a month and three days.
  ['month', /^scan:\{budget:[\w-]+\}:\d{4}-\d\d$/u, 34 * DAY_MS],
];

function kindOf({ key }: Kept): string {
  return KINDS.find(([, pattern]) => pattern.test(key))?.[0] ?? `unknown: ${key}`;
}

let database: FreshDatabase;
let maps: MapServices;
let redis: RedisServer;
let traffic: RedisTraffic;
let here: TestApp;
let there: TestApp;
let token: string;
beforeAll(async () => {
  const gazetteer = gazetteerPlaces();
  const twice = ['Mitte', 'Wedding'].map((locality, index) => ({
    name: CANARY.address,
    location: { ...CANARY.spot, latitude: CANARY.spot.latitude + index / 20 },
    confidence: 'exact' as const,
    locality,
  }));
  maps = await startMapServices({
    // A person has to choose which of the two it is.
    places: async (query, near) => (query === CANARY.address ? twice : gazetteer(query, near)),
  });
  redis = await startRedis();
  traffic = await RedisTraffic.open(redis.url);
  database = await createDatabase({ url: inject('postgresUrl') });
  const settings = {
    ...maps.environment(),
    TRAVEL_TIMES: 'mapbox',
    AUTH_JWT_SECRET: SECRET,
    DATABASE_URL: database.url,
    DEMO_DATA: 'true',
    REDIS_URL: redis.url,
    KEY_PREFIX: PREFIX,
    SESSION_RETENTION_MS: String(RETENTION_MS),
    LOG_POLL_MS: '200',
    HEARTBEAT_MS: '150',
    LEASE_MS: String(LEASE_MS),
    WRONG_ANSWERS_PER_QUESTION: '2',
  };
  [here, there] = await Promise.all([startTestApp(settings), startTestApp(settings)]);
  await using link = await connectPostgres(database.url);
  await link.ask(`UPDATE parents SET account_id = '${ACCOUNT}'`);
  token = await secretToken({ sub: ACCOUNT });
}, 60_000);
afterAll(async () => {
  await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
  traffic[Symbol.dispose]();
  await Promise.all([redis[Symbol.asyncDispose](), maps[Symbol.asyncDispose](), database[Symbol.asyncDispose]()]);
});

/** All that Redis holds now. Of each key is known what it is for, how long it stays, and that it names nobody. */
async function scan(after: string): Promise<readonly Kept[]> {
  const kept = await everythingIn([redis.url]);
  for (const one of kept) {
    expect(one.leftMs, `${one.key} after ${after}`).toBeGreaterThanOrEqual(0);
    expect(KINDS.map(([kind]) => kind)).toContain(kindOf(one));
    seen.add(kindOf(one));
    expect(placesIn(one.key)).toEqual([]);
    // A session's record and a ticket say whose they are, which others need to know who go on with them.
    const isToSay = /:record$|:ticket:/u.test(one.key);
    for (const who of [ACCOUNT, ...sessionIds]) expect(isToSay ? one.key : one.key + one.content).not.toContain(who);
  }
  return kept;
}

/** In which parts of sessions a place stands. */
function placesStandIn(kept: readonly Kept[]): readonly string[] {
  const found = kept.filter(({ content }) => placesIn(content).length > 0).map(({ key }) => key.replace(/^.*:/u, ''));
  return [...new Set(found)].toSorted();
}

const sessionIds: string[] = [];
/** The kinds of keys that were there at some time. */
const seen = new Set<string>();

interface Json {
  readonly [name: string]: unknown;
}

async function ask(app: TestApp, path: string, given: { method?: string; body?: Json } = {}, by = token) {
  const { method = 'POST', body } = given;
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
  return fetch(app.url + REST + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

/** A session of parent 0001 that waits for where work is, and is read by both instances. */
async function start(): Promise<string> {
  const session_id = `session-${randomUUID()}`;
  sessionIds.push(session_id);
  for (const app of [here, there]) {
    const stream = await ask(app, '/matches/interactive', { body: { parent_id: demoParent(1), session_id } });
    expect(stream.status).toBe(200);
    void stream.text();
  }
  await until(async () => (await statusOf(session_id))['interactions_count'] === 1, PATIENCE_MS);
  return session_id;
}

async function statusOf(sessionId: string): Promise<Json> {
  return (await (await ask(there, `/sessions/${sessionId}/status`, { method: 'GET' })).json()) as Json;
}

async function answer(app: TestApp, given: { session_id: string; number: number; type: string; data: Json }) {
  const { session_id, number, type, data } = given;
  const body = { session_id, interaction_id: `interaction_${number}`, response_type: type, response_data: data };
  return (await ask(app, '/interactions/respond', { body })).status;
}

/** A digest of each table. */
async function tables(): Promise<string> {
  await using link = await connectPostgres(database.url);
  const names = await link.ask(
    `SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const digests = names.split(' ').map(async (name) => {
    await using one = await connectPostgres(database.url);
    return `${name} ${await one.ask(`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t`)}`;
  });
  return (await Promise.all(digests)).join('\n');
}

describe('two instances on one Redis, with tokens, limits, tickets, wrong answers and a paid map service,', () => {
  let before: string;
  beforeAll(async () => {
    before = await tables();
  });

  test('give every key its expiry, and take answers and places away with the session', async () => {
    await scan('the start of the instances');
    const session_id = await start();
    await scan('the start of a session');
    // Another expiry than the session's: the ticket ends with the token.
    const short = await secretToken({ sub: ACCOUNT, exp: Math.floor((Date.now() + TICKET_MS) / 1000) });
    expect((await ask(here, `/sessions/${session_id}/ticket`, {}, short)).status).toBe(200);
    await scan('a ticket');
    const given = { session_id, number: 0, type: 'location_input' };
    expect(await answer(there, { ...given, data: { address: '' } })).toBe(422);
    await scan('a wrong answer');
    expect(await answer(there, { ...given, data: { address: CANARY.address } })).toBe(200);
    await until(async () => (await statusOf(session_id))['interactions_count'] === 2, PATIENCE_MS);
    // The answer and what the map service found, and the question which of the two it is.
    expect(placesStandIn(await scan('an answer'))).toEqual(['log', 'work']);
    const choice = { session_id, number: 1, type: 'choice', data: { selected_option: { value: 'option_1' } } };
    expect(await answer(here, choice)).toBe(200);
    await until(async () => (await statusOf(session_id))['completed'] === true, PATIENCE_MS);
    const kept = await scan('the results');
    expect(placesStandIn(kept)).toEqual(['log']);
    expect(kept.filter(({ key }) => key.endsWith(':work'))).toEqual([]);
    expect(kept.filter((one) => kindOf(one) === 'session' && one.leftMs > RETENTION_MS)).toEqual([]);
  });

  test('take them away with a session that is cancelled, too', async () => {
    const session_id = await start();
    const given = { session_id, number: 0, type: 'location_input' };
    expect(await answer(here, { ...given, data: { address: CANARY.address } })).toBe(200);
    await until(async () => (await statusOf(session_id))['interactions_count'] === 2, PATIENCE_MS);
    const wrong = { session_id, number: 1, type: 'choice', data: { selected_option: { value: CANARY.address } } };
    for (const expected of [422, 422, 429]) expect(await answer(there, wrong)).toBe(expected);
    expect(placesStandIn(await scan('too many wrong answers'))).toEqual(['log', 'work']);
    expect((await ask(there, `/sessions/${session_id}`, { method: 'DELETE' })).status).toBe(200);
    const kept = await scan('the cancel');
    expect(kept.filter(({ key }) => key.endsWith(':work'))).toEqual([]);
    expect(placesStandIn(kept.filter(({ key }) => !key.endsWith(':log')))).toEqual([]);
  });

  test('leave nothing of any session once it was kept for its time, and no name of it even when others go on', async () => {
    await until(async () => !(await scan('a while')).some((one) => kindOf(one) === 'session'), PATIENCE_MS);
    await until(async () => !(await scan('a while')).some((one) => kindOf(one) === 'shard'), PATIENCE_MS);
    const kept = await scan('the retention');
    expect(placesStandIn(kept)).toEqual([]);
    const left = ['instances', 'month', 'rate', 'ticket', 'turns'];
    expect(left).toEqual(expect.arrayContaining(kept.map(kindOf)));
  });

  test('ring each other without a place, an account or the id of a session', () => {
    expect(traffic.messages.length).toBeGreaterThan(0);
    for (const { channel, text } of traffic.messages) {
      expect(channel).toMatch(/^scan:bell:[\da-f-]{36}$/u);
      expect(text).toMatch(/^\{"session":"[\w-]{43}","last":\d+\}$/u);
    }
    const said = JSON.stringify([traffic.messages, [...traffic.named]]);
    for (const who of [ACCOUNT, ...sessionIds]) expect(said).not.toContain(who);
    expect(placesIn(said)).toEqual([]);
  });

  test('write nothing of a session into Postgres', async () => {
    expect(before).toMatch(/^centers /mu);
    expect(await tables()).toBe(before);
  });

  test('leave, when they have stopped, only counts whose time nothing prolongs', async () => {
    await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
    const first = await scan('the stop');
    expect([...seen].toSorted()).toEqual(KINDS.map(([kind]) => kind).toSorted());
    const most = new Map(KINDS.map(([kind, , mostMs]) => [kind, mostMs]));
    expect(first.filter((one) => one.leftMs > (most.get(kindOf(one)) ?? 0))).toEqual([]);
    const isOver = (one: Kept): boolean => !['instances', 'ticket'].includes(kindOf(one));
    await until(async () => (await scan('a while')).every(isOver), PATIENCE_MS);
    const last = await scan('the leases');
    // Rates stay for their minute, turns for the window of the service, the count of a month until after it.
    expect(['month', 'rate', 'turns']).toEqual(expect.arrayContaining(last.map(kindOf)));
    const were = new Map(first.map(({ key, expiresAt }) => [key, expiresAt]));
    for (const { key, expiresAt } of last) expect([key, expiresAt]).toEqual([key, were.get(key)]);
    for (const { content } of last) expect(content).toMatch(/^(?:"\d+"|"\d+ \d+"|\["\d+ \d+"(?:,"\d+ \d+")*\])$/u);
  });
});
