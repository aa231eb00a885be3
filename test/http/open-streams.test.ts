import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { Authenticate } from '../../src/http/authentication/identity.ts';
import { OpenStreams } from '../../src/http/open-streams.ts';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleUpdate } from '../support/sample-events.ts';
import { startTestApp } from '../support/test-app.ts';
import { RawReader, WAYS, type Way } from './ways.ts';

const SESSION = 'some-session';
const [REST, YOGA, SSE] = WAYS as [Way, Way, Way];

function open(server: Pick<HttpTestServer, 'port'>, way: Way): RawReader {
  return new RawReader(server.port, way.attach(SESSION));
}

/** Opens a stream and waits until it has begun. */
async function opened(server: HttpTestServer, way: Way): Promise<RawReader> {
  const { open: before } = server.streams.counts;
  const reader = open(server, way);
  await vi.waitFor(() => expect(reader.status).toBe(200));
  expect(server.streams.counts.open).toBe(before + 1);
  return reader;
}

/** Asks for a stream and gives the whole answer. */
async function answered(server: Pick<HttpTestServer, 'port'>, way: Way): Promise<RawReader> {
  const reader = open(server, way);
  await vi.waitFor(() => expect(reader.text).toMatch(/^\{.*\}/mu));
  return reader;
}

/** What each face says of a code. */
function refusal(way: Way, code: string, retryAfterMs: number): object {
  if (way !== REST) return { errors: [{ extensions: { code, retryAfterMs } }] };
  return {
    type: 'error',
    error_code: code.toLowerCase(),
    fatal: true,
    sequence: 0,
    details: { retry_after_ms: retryAfterMs },
  };
}

async function noneOpen(server: HttpTestServer): Promise<void> {
  await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
  expect(server.service.feed.openReaders).toBe(0);
}

describe.each(WAYS)('by $name', (way) => {
  test('an account that has as many streams as it may is refused another before anything is done for it', async () => {
    await using server = await startHttpTestServer({ streamsPerAccount: 2 });
    const [first] = [await opened(server, way), await opened(server, way)];
    const refused = await answered(server, way);
    expect([refused.status, refused.header('retry-after'), refused.header('content-type')]).toEqual([
      429,
      '5',
      'application/json; charset=utf-8',
    ]);
    expect(refused.body).toMatchObject(refusal(way, 'RATE_LIMITED', 5000));
    expect(server.service.calls).toHaveLength(2);
    expect(server.streams.counts).toMatchObject({ open: 2, openedTotal: 2, refusedByAccount: 1, refusedByInstance: 0 });
    first.leave();
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(1));
    await opened(server, way);
  });

  test('an instance that is full refuses any account', async () => {
    await using server = await startHttpTestServer({ streams: 1, random: () => 0.25, authenticate: accountOfEach() });
    const first = await opened(server, way);
    const refused = await answered(server, way);
    expect([refused.status, refused.header('retry-after')]).toEqual([503, '2']);
    expect(refused.body).toMatchObject(refusal(way, 'UNAVAILABLE', 1500));
    expect(server.service.calls).toHaveLength(1);
    expect(server.streams.counts).toMatchObject({ open: 1, refusedByAccount: 0, refusedByInstance: 1 });
    first.leave();
    await noneOpen(server);
    await opened(server, way);
  });

  test('a start is refused like an attachment, and starts nothing', async () => {
    await using server = await startHttpTestServer({ streams: 1 });
    await opened(server, way);
    const refused = new RawReader(server.port, way.start(SESSION));
    await vi.waitFor(() => expect(refused.status).toBe(503));
    expect(server.service.calls.map(({ verb }) => verb)).toEqual(['attach']);
  });

  test('another account has streams of its own', async () => {
    await using server = await startHttpTestServer({ streamsPerAccount: 1, authenticate: accountOfEach() });
    await opened(server, way);
    await opened(server, way);
    expect(server.streams.counts).toMatchObject({ open: 2, refusedByAccount: 0 });
  });

  test('a stream counts while its session is being found', async () => {
    await using server = await startHttpTestServer({ streamsPerAccount: 1 });
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const first = open(server, way);
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    expect((await answered(server, way)).status).toBe(429);
    gate.resolve();
    await vi.waitFor(() => expect(first.status).toBe(200));
  });
});

describe.each(WAYS)('a stream by $name counts no more', (way) => {
  test('when it has ended', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate());
    const reader = await opened(server, way);
    server.service.feed.end();
    await noneOpen(server);
    expect(reader.status).toBe(200);
  });

  test.each([
    ['expected', new SessionFailure('session_not_found')],
    ['about the service', new SessionFailure('unavailable', { retryAfterMs: 1 })],
    ['unexpected', new Error('no idea')],
  ])('when its session could not be had, for a cause that is %s', async (_kind, cause) => {
    await using server = await startHttpTestServer();
    server.service.failWith(cause);
    const reader = new RawReader(server.port, way.start(SESSION));
    await vi.waitFor(() => expect(reader.status).not.toBe(0));
    await noneOpen(server);
    expect(server.streams.counts.openedTotal).toBe(1);
  });

  test('when it breaks', async () => {
    await using server = await startHttpTestServer();
    await opened(server, way);
    server.service.feed.fail(new Error('no idea'));
    await noneOpen(server);
    expect(server.streams.counts.openedTotal).toBe(1);
  });

  test('when its reader leaves before the first byte', async () => {
    await using server = await startHttpTestServer();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const reader = open(server, way);
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    expect(server.streams.counts.open).toBe(1);
    reader.leave();
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
    gate.resolve();
    await noneOpen(server);
  });

  test('when it waited behind another one on the same connection that was cut', async () => {
    await using server = await startHttpTestServer();
    const reader = await opened(server, way);
    reader.ask(way.attach(SESSION));
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(2));
    reader.leave();
    await noneOpen(server);
  });

  test('when its token has ended while it waited behind another one on the same connection', async () => {
    const clock = new ManualClock();
    const tokens = [clock.now() + 3_600_000, clock.now() + 60_000];
    const authenticate = () => ({ account: 'anna', expiresAt: tokens.shift() ?? 0 });
    await using server = await startHttpTestServer({ clock, authenticate });
    const reader = await opened(server, way);
    reader.ask(way.attach(SESSION));
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(2));
    await clock.pass(60_000 + 5000);
    await noneOpen(server);
  });

  test('when another request follows on its connection', async () => {
    await using server = await startHttpTestServer();
    const reader = await opened(server, way);
    server.service.feed.end();
    await noneOpen(server);
    reader.ask(way.attach(SESSION));
    await vi.waitFor(() => expect(reader.text.match(/^HTTP\/1\.1 200/gmu)).toHaveLength(2));
    await noneOpen(server);
    expect(server.streams.counts.openedTotal).toBe(2);
  });
});

describe('a stream whose reader has left before it is admitted', () => {
  test('is not counted: nothing would ever say that it is over', async () => {
    const streams = new OpenStreams({ streams: 1, streamsPerAccount: 1, writeStallMs: 1000, clock: new ManualClock() });
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    await streams.admit({ account: 'anna', res, signal: AbortSignal.abort() });
    expect(streams.counts).toMatchObject({ open: 0, openedTotal: 0 });
  });
});

describe('a stream that its account has no room for at the other instances', () => {
  test('counts as refused, and never as opened', async () => {
    const everywhere = { enter: async () => false, leave: () => {} };
    const most = { streams: 9, streamsPerAccount: 9, writeStallMs: 1000 };
    const streams = new OpenStreams({ ...most, clock: new ManualClock(), everywhere });
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    const { signal } = new AbortController();
    const admitted = streams.admit({ account: 'anna', res, signal });
    await expect(admitted).rejects.toMatchObject({ code: 'rate_limited' });
    expect(streams.counts).toMatchObject({ openedTotal: 0, refusedByAccount: 1 });
  });
});

describe('the streams of an account', () => {
  test('are counted together, whichever way they came', async () => {
    await using server = await startHttpTestServer({ streamsPerAccount: 3 });
    for (const way of WAYS) await opened(server, way);
    for (const way of WAYS) expect((await answered(server, way)).status).toBe(429);
    expect(server.streams.counts).toEqual({
      open: 3,
      openedTotal: 3,
      refusedByAccount: 3,
      refusedByInstance: 0,
      slowReadersCut: 0,
      crowdedConnectionsCut: 0,
    });
  });

  test.each([YOGA, SSE])('do not hold up questions and answers at $name', async ({ name }) => {
    await using server = await startHttpTestServer({ streamsPerAccount: 1 });
    await opened(server, REST);
    for (const query of [
      '{ sessionStatus(sessionId: "some-session") { __typename } }',
      'mutation { cancelSession(sessionId: "some-session") { __typename } }',
    ]) {
      const answer = await fetch(server.url + name, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('SessionStatus')]);
    }
    expect(server.streams.counts).toMatchObject({ open: 1, openedTotal: 1 });
  });

  test('do not hold up status and cancel by REST', async () => {
    await using server = await startHttpTestServer({ streamsPerAccount: 1 });
    await opened(server, SSE);
    const url = `${server.url}/api/streaming/sessions/${SESSION}`;
    expect((await fetch(`${url}/status`)).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    expect(server.streams.counts).toMatchObject({ open: 1, openedTotal: 1 });
  });

  test('are no more after a request for one that is wrong, or for one that is over', async () => {
    await using server = await startHttpTestServer();
    const wrong = await fetch(`${server.url}/api/streaming/sessions/${SESSION}/events?last_event_id=x`);
    expect([wrong.status, server.streams.counts.openedTotal]).toEqual([400, 0]);
    server.service.isOver = true;
    const over = await fetch(`${server.url}/api/streaming/sessions/${SESSION}/events`);
    expect(over.status).toBe(204);
    await noneOpen(server);
  });
});

describe('an instance', () => {
  test.each([
    ['MAX_STREAMS_PER_ACCOUNT', 429],
    ['MAX_STREAMS', 503],
  ])('takes its bounds from its configuration: %s', async (name, status) => {
    await using app = await startTestApp({ [name]: '1' });
    const server = { port: Number(new URL(app.url).port) };
    const first = new RawReader(server.port, SSE.start(SESSION));
    await vi.waitFor(() => expect(first.text).toContain('"sequence":1'));
    for (const way of WAYS) expect((await answered(server, way)).status).toBe(status);
  });
});

/** Gives each request an account of its own. */
function accountOfEach(): Authenticate {
  let count = 0;
  return () => ({ account: `account ${(count += 1)}`, expiresAt: null });
}
