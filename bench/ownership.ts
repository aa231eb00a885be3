// Whether time tells another account's session or parent from one that does not exist.
//
//   node bench/ownership.ts [--rounds 2000]
//
// One instance with authentication, over PGlite and sessions in memory, or over DATABASE_URL and REDIS_URL where they are
// set (with the demo data). In each round every operation is asked for both, in an order that changes by chance, over one
// connection that is kept. Prints the medians, their difference, and as a measure of noise how far apart the medians of
// two halves are that were asked for the very same thing. Asserts nothing.
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { startApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '2000' } } });
const ROUNDS = Number(values.rounds);
const WARM_UP = 200;
const SECRET = 'a secret of a bench, which is long enough';
/** A parent of the account `demo`, whose search waits for an answer. */
const DEMO_PARENT = '550e8400-e29b-41d4-a716-446655440001';
/** A session and a parent that do not exist: as often the same as the others are, so that no cache makes a difference. */
const NOBODYS = randomUUID();
const QUIET = { info() {}, debug() {}, warn() {}, error() {} };
const RATES = {
  RATE_STARTS_PER_MINUTE: '1000000',
  RATE_RESPONSES_PER_MINUTE: '1000000',
  RATE_READS_PER_MINUTE: '1000000',
};

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

type Named = (id: string) => Ask;

const post = (path: string, body: object): Ask => ({ method: 'POST', path, body: JSON.stringify(body) });
const session = (method: string, id: string, end: string): Ask => ({
  method,
  path: `/api/streaming/sessions/${id}${end}`,
  body: '',
});
const query = (text: string, id: string): Ask => post('/graphql', { query: text, variables: { id } });
const STATUS = '{ ... on SessionStatus { completed } ... on Error { errorCode } }';
const EVENT = '{ ... on SessionEvent { sequence } ... on Error { errorCode } }';

/** What can be asked of a session, and for a parent. */
const OF_A_SESSION: Readonly<Record<string, Named>> = {
  'GET status': (id) => session('GET', id, '/status'),
  'GET events': (id) => session('GET', id, '/events'),
  DELETE: (id) => session('DELETE', id, ''),
  'POST ticket': (id) => session('POST', id, '/ticket'),
  'POST respond': (id) =>
    post('/api/streaming/interactions/respond', {
      session_id: id,
      interaction_id: 'interaction_0',
      response_type: 'location_input',
      response_data: { address: 'Potsdamer Platz 1, Berlin' },
    }),
  sessionStatus: (id) => query(`query ($id: ID!) { sessionStatus(sessionId: $id) ${STATUS} }`, id),
  cancelSession: (id) => query(`mutation ($id: ID!) { cancelSession(sessionId: $id) ${STATUS} }`, id),
  sessionEvents: (id) => query(`subscription ($id: ID!) { sessionEvents(sessionId: $id) ${EVENT} }`, id),
};
const OF_A_PARENT: Readonly<Record<string, Named>> = {
  'POST interactive': (id) => post('/api/streaming/matches/interactive', { parent_id: id }),
  matchingSession: (id) => query(`subscription ($id: ID!) { matchingSession(input: { parentId: $id }) ${EVENT} }`, id),
};

const config = loadConfig({
  DATA_DIR: 'memory',
  DEMO_DATA: 'true',
  PORT: '0',
  AUTH_JWT_SECRET: SECRET,
  ...RATES,
  ...shared(),
});
await using app = await startApp({ config, log: QUIET });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const other = await tokenOf('other');
const own = await startSession(await tokenOf('demo'));
console.log(`${app.parts.database}; ${app.parts.sessions}; ${ROUNDS} rounds, in milliseconds`);
console.table([...(await measure(OF_A_SESSION, own)), ...(await measure(OF_A_PARENT, DEMO_PARENT))]);
agent.destroy();

/** Where Postgres and Redis are, as far as the environment says. */
function shared(): Record<string, string> {
  const { DATABASE_URL, REDIS_URL } = process.env;
  return {
    ...(DATABASE_URL === undefined ? {} : { DATABASE_URL }),
    ...(REDIS_URL === undefined ? {} : { REDIS_URL }),
  };
}

async function tokenOf(sub: string): Promise<string> {
  const claims = { sub, exp: Math.floor(Date.now() / 1000) + 3600 };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
}

/** A session of `demo`, left when its stream has begun: it then waits for an answer. */
async function startSession(token: string): Promise<string> {
  const id = randomUUID();
  const response = await fetch(`${app.address.url}/api/streaming/matches/interactive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ parent_id: DEMO_PARENT, session_id: id }),
  });
  if (response.status !== 200) throw new Error(`the session did not start: ${response.status}`);
  await response.body?.cancel();
  return id;
}

/** Of each operation the two medians, and what chance alone makes of such a difference. */
async function measure(asked: Readonly<Record<string, Named>>, existing: string): Promise<object[]> {
  const rows = Object.keys(asked).map((operation) => ({ operation, others: [] as number[], nobodys: [] as number[] }));
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const row of rows) {
      const ask = asked[row.operation];
      if (ask === undefined) continue;
      for (const which of Math.random() < 0.5 ? (['others', 'nobodys'] as const) : (['nobodys', 'others'] as const)) {
        const took = await timeOf(ask(which === 'others' ? existing : NOBODYS));
        if (round >= 0) row[which].push(took);
      }
    }
  }
  return rows.map(({ operation, others, nobodys }) => ({
    operation,
    "another's": inMs(median(others)),
    "nobody's": inMs(median(nobodys)),
    difference: inMs(median(others) - median(nobodys)),
    noise: inMs(Math.max(noiseOf(others), noiseOf(nobodys))),
  }));
}

/** From the first byte that is sent to the last that comes, in milliseconds. */
function timeOf({ method, path, body }: Ask): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = {
    authorization: `Bearer ${other}`,
    accept: 'application/json, text/event-stream',
    ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const begun = performance.now();
  request(`${app.address.url}${path}`, { method, headers, agent }, (res) => {
    res.resume().once('end', () => resolve(performance.now() - begun));
  })
    .once('error', reject)
    .end(body);
  return promise;
}

/** How far apart the medians of every other one and of the rest are. */
function noiseOf(times: readonly number[]): number {
  const even = times.filter((_, at) => at % 2 === 0);
  const odd = times.filter((_, at) => at % 2 === 1);
  return Math.abs(median(even) - median(odd));
}

function median(times: readonly number[]): number {
  return times.toSorted((one, two) => one - two)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function inMs(ms: number): string {
  return ms.toFixed(4);
}
