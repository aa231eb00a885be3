import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gazetteerPlaces } from '../support/map-services/gazetteer-places.ts';
import { type Fault, type MapServices, startMapServices } from '../support/map-services/index.ts';
import { CANARY, placesIn } from '../support/private-places.ts';
import { RespondToInteraction } from '../support/operations.ts';
import { Program } from '../support/program.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RedisTraffic } from '../support/redis-traffic.ts';
import { RestClient } from '../support/rest-client.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';
import { demoParent, type GraphqlPath, PATHS, startTestApp, TestApp } from '../support/test-app.ts';

/** Nowhere else in the project. */
const TOKEN = 'pk.canary-7f3b21';
const { address: ADDRESS, spot: SPOT } = CANARY;
/** Of any length that a log might round them to. */
const PLACES = ['canary', 'Zeisig', 'kanarienweg', '52.5182', '13.3918', '52,5182'];
/** Bare, it would be found in ids and times. */
const NUMBERS = [' 4711', '%204711', '+4711'];
const TRACES = [TOKEN, 'access_token', ...PLACES, ...NUMBERS];

const FAULTS: readonly (Fault | null)[] = [
  null,
  { kind: 'status', status: 401 },
  { kind: 'status', status: 422 },
  { kind: 'status', status: 500 },
  { kind: 'rate_limited', resetInMs: 100 },
  { kind: 'hang' },
  { kind: 'cut' },
  { kind: 'html' },
  { kind: 'half_body' },
  { kind: 'garbage' },
  { kind: 'out_of_range' },
];

let services: MapServices;
let program: Program;
let app: TestApp;
beforeAll(async () => {
  services = await startMapServices({
    token: TOKEN,
    places: () => [{ name: ADDRESS, location: SPOT, confidence: 'exact' }],
  });
  const env = {
    ...services.environment(),
    TRAVEL_TIMES: 'walking=osrm,bike=mapbox,public_transport=otp,car=mapbox',
    MAPBOX_TIMEOUT_MS: '100',
    LOG_LEVEL: 'trace',
    DATA_DIR: 'memory',
    PORT: '0',
  };
  program = new Program('node', ['src/main.ts'], { env });
  const [, url = ''] = await program.prints(/(http:\/\/127\.0\.0\.1:\d+)/u);
  app = new TestApp(url, new RecordingLog(), async () => {});
}, 30_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await program.stop();
  await services[Symbol.asyncDispose]();
});

describe('what a person says of places, and the token of the map service,', () => {
  test.each(FAULTS.map((fault) => [fault ? Object.values(fault).join(' ') : 'no fault', fault] as const))(
    'are in no line of the log at any level: %s',
    async (_, fault) => {
      services.geocoding.failAlways(fault);
      services.matrix.failAlways(fault);
      // It has the time limit of the default.
      services.otp.failAlways(fault?.kind === 'hang' ? null : fault);
      for (const parent of [1, 2]) {
        const session = app.match({ parentId: demoParent(parent), sessionId: randomUUID(), limit: 3 });
        const first = await session.question();
        await session.answer(first, { location: { address: ADDRESS } });
        const events = await session.toEnd({ work_location: { location: { coordinates: SPOT } } });
        expect(events.at(-1)?.__typename).toBe('MatchResults');
      }
      for (const trace of TRACES) expect(program.output).not.toContain(trace);
    },
    30_000,
  );

  test('while there are lines, of requests and of services that fail', () => {
    expect(program.output).toMatch(/mapbox-geocoding/u);
    expect(program.output).toMatch(/mapbox-matrix/u);
    expect(program.output.split('\n').length).toBeGreaterThan(20);
  });
});

/** What fits a question of each type, by GraphQL and by REST. */
const FITTING = {
  LOCATION_INPUT: { location: { address: ADDRESS } },
  CHOICE: { choice: { value: 'option_1' } },
  CONFIRMATION: { confirmation: { confirmed: true } },
};
const FITTING_BY_REST: Readonly<Record<string, object>> = {
  location_input: SPOT,
  choice: { selected_option: { value: 'option_1', label: 'this' } },
  confirmation: { confirmed: true },
};
/** What fits none, and says a place all the same. */
const MISFITS = [
  { choice: { value: ADDRESS } },
  { location: { address: ADDRESS, coordinates: SPOT } },
  { location: { coordinates: { ...SPOT, latitude: 4711.52518273645 } } },
];
const MISFITS_BY_REST = [
  { selected_option: { value: ADDRESS, label: ADDRESS } },
  { address: ADDRESS, ...SPOT },
  { latitude: ADDRESS, longitude: SPOT.longitude },
  { [ADDRESS]: ADDRESS },
];

/** Whether a text says a place, or the token. */
function saysSome(text: string): boolean {
  return TRACES.some((trace) => text.includes(trace)) || placesIn(text).length > 0;
}

const REST = '/api/streaming';
const START = 'subscription ($input: MatchingSessionInput!) { matchingSession(input: $input) { __typename } }';
/**
 * What no face can read, and what is not what it should be. Names of fields and a session's id, which no person gives, may
 * be said back to whoever sent them.
 */
const ODD_BODIES = [
  `{"address": "${ADDRESS}`,
  JSON.stringify({ address: ADDRESS, parent_id: ADDRESS, response_data: ADDRESS }),
  JSON.stringify({ query: START, variables: { input: { parentId: ADDRESS, limit: SPOT.latitude } } }),
  JSON.stringify({ query: START, variables: { input: { parentId: demoParent(1), [ADDRESS]: ADDRESS } } }),
  JSON.stringify({ query: `{ sessionStatus(sessionId: ${SPOT.latitude}) { __typename } }` }),
  JSON.stringify({ query: `{ sessionStatus(sessionId: "unknown-1", address: "${ADDRESS}") { __typename } }` }),
  JSON.stringify({ query: START, operationName: ADDRESS }),
];

describe('on Redis, with sessions of every demo parent over every face, what is said of places', () => {
  const gazetteer = gazetteerPlaces();
  /** Whatever a caller was refused with, an event or a body. */
  const refusals: string[] = [];
  let maps: MapServices;
  let redis: RedisServer;
  let traffic: RedisTraffic;
  let shared: TestApp;
  beforeAll(async () => {
    maps = await startMapServices({
      token: TOKEN,
      places: async (query, near) =>
        query === ADDRESS ? [{ name: ADDRESS, location: SPOT, confidence: 'exact' }] : gazetteer(query, near),
    });
    redis = await startRedis();
    traffic = await RedisTraffic.open(redis.url);
    shared = await startTestApp({
      ...maps.environment(),
      TRAVEL_TIMES: 'walking=mapbox,bike=osrm,public_transport=otp,car=mapbox',
      MAPBOX_RATE_PER_SECOND: '1000',
      MAPBOX_MATRIX_PER_MINUTE: '60000',
      REDIS_URL: redis.url,
    });
    for (const parent of [1, 2, 3, 4, 5, 6]) {
      for (const path of PATHS) await play(demoParent(parent), path);
      await playByRest(demoParent(parent));
    }
    for (const path of ['/graphql', '/graphql/stream', `${REST}/matches/interactive`, `${REST}/interactions/respond`]) {
      for (const body of ODD_BODIES) refusals.push(await send(path, { method: 'POST', body }));
    }
    const inUrl = encodeURIComponent(ADDRESS);
    const paths = [`/${inUrl}`, `${REST}/sessions/unknown-${SPOT.latitude}/status?address=${inUrl}`];
    for (const path of paths) await send(path, { method: 'GET' });
  }, 60_000);
  afterAll(async () => {
    await shared[Symbol.asyncDispose]();
    traffic[Symbol.dispose]();
    await redis[Symbol.asyncDispose]();
    await maps[Symbol.asyncDispose]();
  });

  async function send(path: string, init: RequestInit): Promise<string> {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return (await fetch(shared.url + path, { headers, ...init })).text();
  }

  async function play(parentId: string, path: GraphqlPath): Promise<void> {
    const session = shared.match({ parentId, sessionId: randomUUID(), limit: 3 }, { path });
    for (let event = await session.next(); event; event = await session.next()) {
      if (event.__typename === 'Error') refusals.push(JSON.stringify(event));
      if (event.__typename !== 'UserInteraction') continue;
      const { sessionId, interactionId } = event;
      const answers = [...MISFITS, FITTING[event.interactionType], { location: { address: `${ADDRESS} again` } }];
      for (const response of answers) {
        // As text: some of them GraphQL itself refuses.
        const said = await shared.post(print(RespondToInteraction), { input: { sessionId, interactionId, response } });
        if (!JSON.stringify(said).includes('InteractionReceipt')) refusals.push(JSON.stringify(said));
      }
    }
    expect(session.events.at(-1)?.__typename).toBe('MatchResults');
  }

  async function playByRest(parentId: string): Promise<void> {
    const client = new RestClient(shared.url);
    const stream = await client.start(JSON.stringify({ parent_id: parentId, session_id: randomUUID(), limit: 3 }));
    for (let frame = await stream.next(); frame; frame = await stream.next()) {
      const { type, session_id, interaction_id, interaction_type } = frame.message;
      if (type === 'error') refusals.push(frame.text);
      if (type !== 'user_interaction') continue;
      const answers = [...MISFITS_BY_REST, FITTING_BY_REST[String(interaction_type)], { address: ADDRESS, ...SPOT }];
      for (const response_data of answers) {
        const body = { session_id, interaction_id, response_type: interaction_type, response_data };
        const { status, body: said } = await client.respond(JSON.stringify(body));
        if (status !== 200) refusals.push(JSON.stringify(said));
      }
    }
    expect(stream.frames.at(-1)?.message['type']).toBe('match_results');
  }

  test('is in no error, neither an event nor a body', () => {
    expect(refusals.length).toBeGreaterThan(50);
    expect(refusals.filter(saysSome)).toEqual([]);
  });

  test('is in no name of a key or a channel of Redis, nor in a message there', () => {
    const names = [...traffic.named, ...traffic.messages.flatMap(({ channel, text }) => [channel, text])];
    expect(names.length).toBeGreaterThan(100);
    // The commands themselves carry answers: they are seen here.
    expect(placesIn(JSON.stringify(traffic.commands))).toContain('zeisig');
    expect(names.filter(saysSome)).toEqual([]);
  });

  test('is in no name and no label of a metric', async () => {
    const text = await send('/metrics', { method: 'GET' });
    const names = text.replaceAll(/ [^ \n]+$/gmu, '');
    expect(names).toContain('matching_questions_asked_total{');
    expect(names.split('\n').filter(saysSome)).toEqual([]);
  });

  test('is in no line of the log, of which each request has one', () => {
    const lines = shared.log.lines.map((line) => JSON.stringify(line));
    expect(lines).toContainEqual(expect.stringContaining('"method":"GET","path":"/*"'));
    expect(lines.filter(saysSome)).toEqual([]);
  });
});
