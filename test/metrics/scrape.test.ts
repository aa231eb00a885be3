import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test, vi } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { NOT_AUTHENTICATED_REASONS } from '../../src/http/authentication/not-authenticated.ts';
import { rawRequest } from '../support/raw-request.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { demoParent, TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';
import { documentedMetrics } from './documented.ts';
import { type Family, type ParsedSample, parseExposition } from './exposition.ts';

async function start(env: Readonly<Record<string, string>> = {}) {
  const log = new RecordingLog();
  const app = await startApp({
    config: loadConfig({ DATA_DIR: 'memory', PORT: '0', LOG_LEVEL: 'fatal', ...env }),
    log,
  });
  return { app, client: new TestApp(app.address.url, log, () => app.close()) };
}

async function scrape({ address, metricsAddress }: App): Promise<ReadonlyMap<string, Family>> {
  const { status, headers, body } = await rawRequest((metricsAddress ?? address).port, { path: '/metrics' });
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return parseExposition(body);
}

/** The value of the one sample that has these labels. */
function valueOf(families: ReadonlyMap<string, Family>, name: string, labels: ParsedSample['labels'] = {}): number {
  const samples = [...families.values()].flatMap((family) => family.samples);
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
}

/** Starts a session that asks for a place, answers it wrongly and rightly, and reads it to its results. */
async function play(client: TestApp, sessionId?: string): Promise<void> {
  const session = client.match({ parentId: demoParent(1), ...(sessionId === undefined ? {} : { sessionId }) });
  const question = await session.question();
  await session.answer(question, { choice: { value: 'none' } });
  await session.answer(question, { location: { address: 'Potsdamer Platz 1, Berlin' } });
  await session.toEnd();
}

describe.each([
  ['memory', () => ({})],
  ['Redis', () => ({ REDIS_URL: inject('redisUrl'), KEY_PREFIX: `test-${randomUUID()}:` })],
] as const)('with sessions in %s', (_, settings) => {
  test('a scrape after a session tells of it, and of every metric that is documented', async () => {
    await using started = await startDisposable(settings());
    const { app, client } = started;
    await play(client);
    await vi.waitFor(async () =>
      expect(valueOf(await scrape(app), 'matching_http_requests_total', { route: '/graphql/stream' })).toBe(1),
    );
    const families = await scrape(app);
    for (const [name, { type, labels }] of documentedMetrics()) {
      const family = families.get(name);
      expect([name, family?.type]).toEqual([name, type]);
      const used = new Set(family?.samples.flatMap((sample) => Object.keys(sample.labels)));
      used.delete('le');
      expect([name, [...used].filter((label) => !labels.includes(label))]).toEqual([name, []]);
    }
    expect(valueOf(families, 'matching_sessions_started_total')).toBe(1);
    expect(valueOf(families, 'matching_sessions_finished_total', { outcome: 'results' })).toBe(1);
    expect(valueOf(families, 'matching_questions_asked_total', { type: 'location_input', reason: 'missing' })).toBe(1);
    expect(valueOf(families, 'matching_answers_total', { outcome: 'invalid_response' })).toBe(1);
    expect(valueOf(families, 'matching_answers_total', { outcome: 'received' })).toBe(1);
    expect(valueOf(families, 'matching_streams_opened_total')).toBe(1);
    expect(valueOf(families, 'matching_http_requests_total', { route: '/graphql', status: '2xx' })).toBe(2);
    for (const stage of [
      'loading_preferences',
      'finding_centers',
      'processing_complex_preferences',
      'generating_results',
    ]) {
      expect([stage, valueOf(families, 'matching_stage_work_seconds_count', { stage })]).toEqual([stage, 1]);
    }
    // Its answer and its results at least came while the reader waited for them.
    expect(valueOf(families, 'matching_event_delivery_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(valueOf(families, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });
});

async function startDisposable(env: Readonly<Record<string, string>> = {}) {
  const { app, client } = await start(env);
  return { app, client, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** What is said of a path that is not there. */
const NOTHING = { status: 404, error: 'There is nothing at this path.' };

async function said(port: number, options: Parameters<typeof rawRequest>[1]) {
  const { status, headers, body } = await rawRequest(port, options);
  const { timestamp: _t, details, ...message } = JSON.parse(body) as Record<string, unknown> & { details: object };
  const { 'x-request-id': requestId, date: _d, ...others } = headers;
  expect(details).toHaveProperty('request_id', requestId);
  return { status, headers: others, message, details: { ...details, request_id: null }, error: message['message'] };
}

test('a scrape tells why callers were not let in, and of every reason before it is the first', async () => {
  await using started = await startDisposable({ AUTH_JWT_SECRET: SECRET, AUTH_ISSUER: 'https://issuer.example' });
  const { app } = started;
  const path = '/api/streaming/sessions/some-session/status';
  const ask = async (headers = {}): Promise<number> => (await rawRequest(app.address.port, { path, headers })).status;
  const authorization = `Bearer ${await secretToken({ iss: 'https://another.example' })}`;
  expect([await ask(), await ask({ authorization }), await ask({ authorization })]).toEqual([401, 401, 401]);
  const families = await scrape(app);
  const { samples = [] } = families.get('matching_not_authenticated_total') ?? {};
  const told = Object.fromEntries(samples.map(({ labels, value }) => [labels['reason'], value]));
  const none = Object.fromEntries(NOT_AUTHENTICATED_REASONS.map((reason) => [reason, 0]));
  expect(told).toEqual({ ...none, missing: 1, issuer: 2 });
});

describe('without a port of its own', () => {
  test('a request that came by a proxy finds just what it finds at a path that is not there', async () => {
    await using started = await startDisposable();
    const { port } = started.app.address;
    const proxied = [
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': '' },
      { forwarded: 'for=127.0.0.1' },
      { via: '1.1 proxy' },
      { 'x-real-ip': '127.0.0.1' },
      { 'X-Forwarded-Port': '443' },
      { 'x-forwarded-prefix': '' },
      { 'x-forwarded-client-cert': 'none' },
    ];
    for (const headers of proxied) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await said(port, { method, path: '/metrics', headers });
        expect(answer).toMatchObject(NOTHING);
        expect(answer).toEqual(await said(port, { method, path: '/metricz', headers }));
      }
    }
  });

  test('a caller on this machine reads them, and may do nothing else there', async () => {
    await using started = await startDisposable();
    const { app } = started;
    expect((await scrape(app)).size).toBeGreaterThan(20);
    expect(await said(app.address.port, { method: 'POST', path: '/metrics' })).toMatchObject(NOTHING);
    expect(app.metricsAddress).toBeNull();
  });
});

describe('with a port of its own', () => {
  test('they are there alone, and nothing else is', async () => {
    await using started = await startDisposable({ METRICS_PORT: '0' });
    const { app } = started;
    const port = app.metricsAddress?.port ?? 0;
    expect(valueOf(await scrape(app), 'matching_sessions_started_total')).toBe(0);
    expect(await said(app.address.port, { path: '/metrics' })).toMatchObject(NOTHING);
    for (const path of ['/', '/healthz', '/graphql', '/metrics/', '/api/streaming/sessions/x/status']) {
      expect(await said(port, { path })).toMatchObject(NOTHING);
    }
    expect(await said(port, { path: '/metrics', method: 'POST' })).toMatchObject(NOTHING);
    const rebound = await said(port, { path: '/metrics', headers: { host: 'elsewhere.example' } });
    expect([rebound.status, rebound.message['error_code']]).toEqual([403, 'forbidden']);
  });

  test('a port that is taken stops the start with the reason', async () => {
    await using started = await startDisposable();
    const { port } = started.app.address;
    await expect(start({ METRICS_PORT: String(port) })).rejects.toThrow(
      `127.0.0.1:${port} is in use. Stop what listens there, or set METRICS_PORT (0 takes a free one).`,
    );
  });
});

test('whatever is asked for, labels have few values and nothing of what was sent', async () => {
  await using started = await startDisposable();
  const { app, client } = started;
  const canary = 'canary-7f3a';
  await play(client, `${canary}-session`);
  for (let turn = 0; turn < 40; turn += 1) {
    const segments = `${canary}${turn}/`.repeat((turn % 5) + 1);
    await rawRequest(app.address.port, { path: `/${segments}?q=${canary}` });
    await rawRequest(app.address.port, { path: `/api/streaming/sessions/${canary}${turn}/status` });
    await rawRequest(app.address.port, { path: `/docs/${segments}`, method: turn % 2 === 0 ? 'PROPFIND' : 'GET' });
  }
  await vi.waitFor(async () =>
    expect(valueOf(await scrape(app), 'matching_http_requests_total', { status: '4xx' })).toBeGreaterThanOrEqual(119),
  );
  const { body } = await rawRequest(app.address.port, { path: '/metrics' });
  expect(body).not.toContain(canary);
  expect(body).not.toMatch(/Potsdamer|550e8400/u);
  const families = parseExposition(body);
  const routes = families.get('matching_http_requests_total')?.samples.map(({ labels }) => labels['route']);
  expect(new Set(routes).size).toBeLessThan(10);
});
