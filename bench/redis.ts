// What one session costs Redis: round trips, commands and CPU, and that it adds no channel and no connection.
//
//   npm run bench:redis -- [--sessions 200]
//
// The floor in the same run: as many events appended by a bare XADD each, with a bare PUBLISH. Asserts nothing.
import { parseArgs } from 'node:util';
import { startApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { connectRedis, type RedisLink } from '../test/support/services/redis-link.ts';
import { startRedis } from '../test/support/services/redis.ts';

const { values } = parseArgs({ options: { sessions: { type: 'string', default: '200' } } });
const SESSIONS = Number(values.sessions);
const QUIET = { info() {}, debug() {}, warn() {}, error() {} };
/** Nothing to ask; and one question, answered at once. */
const PARENTS = ['0003', '0001'] as const;

await using redis = await startRedis();
await using app = await startApp({
  config: loadConfig({
    DATA_DIR: 'memory',
    PORT: '0',
    REDIS_URL: redis.url,
    SESSION_RETENTION_MS: '60000',
    // All sessions and answers are one caller's, and more than a caller may have.
    RATE_STARTS_PER_MINUTE: '1000000',
    RATE_RESPONSES_PER_MINUTE: '1000000',
  }),
  log: QUIET,
});
using link = await connectRedis(redis.url);
const rows = [];
for (const parent of PARENTS) rows.push(await measure(parent));
console.table(rows);

async function measure(parent: string): Promise<object> {
  const url = `${app.address.url}/graphql`;
  let events = 0;
  for (let warm = 0; warm < 20; warm += 1) events = await session(url, parent);
  const [channels, clients] = [await count('PUBSUB', 'CHANNELS'), await lines('CLIENT', 'LIST')];
  const [before, began] = [await usage(link), performance.now()];
  for (let run = 0; run < SESSIONS; run += 1) await session(url, parent);
  const [after, wallMs] = [await usage(link), performance.now() - began];
  const floor = await bareCpuMs(parent, events);
  const cpuMs = (after.cpuMs - before.cpuMs) / SESSIONS;
  return {
    parent,
    events,
    'round trips': round((after.scripts - before.scripts) / SESSIONS),
    'commands in all': round((after.commands - before.commands) / SESSIONS),
    'Redis CPU ms': round(cpuMs),
    'floor CPU ms': round(floor),
    ratio: round(cpuMs / floor),
    'session ms': round(wallMs / SESSIONS),
    'channels added': (await count('PUBSUB', 'CHANNELS')) - channels,
    'connections added': (await lines('CLIENT', 'LIST')) - clients,
  };
}

/** One session to its end, answering what is asked; gives the number of its events. */
async function session(url: string, parent: string): Promise<number> {
  const query = `subscription { matchingSession(input: { parentId: "550e8400-e29b-41d4-a716-44665544${parent}" }) {
    __typename ... on SessionEvent { sessionId sequence } ... on UserInteraction { interactionId } } }`;
  const response = await post(url, query, 'text/event-stream');
  let text = '';
  let answered = false;
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const asked = /"UserInteraction","sessionId":"([^"]+)"/.exec(text);
    if (!asked || answered) continue;
    answered = true;
    const input = `sessionId: "${asked[1]}", interactionId: "interaction_0"`;
    const answer = 'response: { location: { address: "Potsdamer Platz 1, Berlin" } }';
    const mutation = `mutation { respondToInteraction(input: { ${input}, ${answer} }) { __typename } }`;
    await (await post(url, mutation, 'application/json')).text();
  }
  if (!text.includes('MatchResults')) throw new Error(`no results for parent ${parent}`);
  return text.match(/"sequence"/g)?.length ?? 0;
}

async function post(url: string, query: string, accept: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

async function bareCpuMs(parent: string, events: number): Promise<number> {
  const body = JSON.stringify({ type: 'processing_update', stage: 'finding_centers', progress: 0.5, details: 'x' });
  const before = await usage(link);
  for (let run = 0; run < SESSIONS; run += 1) {
    for (let event = 1; event <= events; event += 1) {
      await link.ask('XADD', `floor:${parent}:${run}`, `${event}-0`, 'body', body);
      await link.ask('PUBLISH', 'floor', 'look');
    }
    await link.ask('PEXPIRE', `floor:${parent}:${run}`, '60000');
  }
  return ((await usage(link)).cpuMs - before.cpuMs) / SESSIONS;
}

async function usage(from: RedisLink): Promise<{ scripts: number; commands: number; cpuMs: number }> {
  const info = String(await from.ask('INFO', 'everything'));
  const calls = [...info.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm)].map(
    ([, name, times]) => [name, Number(times)] as const,
  );
  const sum = (wanted: (name: string) => boolean): number =>
    calls.filter(([name]) => wanted(name ?? '')).reduce((total, [, times]) => total + times, 0);
  const cpu = (field: string): number => Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0) * 1000;
  return {
    scripts: sum((name) => name === 'evalsha' || name === 'eval'),
    commands: sum(() => true),
    cpuMs: cpu('used_cpu_user') + cpu('used_cpu_sys'),
  };
}

async function count(...command: string[]): Promise<number> {
  const reply = await link.ask(...command);
  return Array.isArray(reply) ? reply.length : 0;
}

async function lines(...command: string[]): Promise<number> {
  return String(await link.ask(...command))
    .trim()
    .split('\n').length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
