import { request } from 'node:http';
import { connect } from 'node:net';
import { print } from 'graphql';
import { createClient, type Client, type RequestParams } from 'graphql-sse';
import { describe, expect, it, vi } from 'vitest';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { MatchingSession, RespondToInteraction, SessionEvents } from '../support/operations.ts';
import { sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';

const PATHS = ['/graphql', '/graphql/stream'] as const;
const START = { query: print(MatchingSession), variables: { input: { parentId: 'p' } } };
const ATTACH = { query: print(SessionEvents), variables: { sessionId: 'some-session' } };

/** A server with the client library that people use, both closed at the end. */
async function withClient(path: string) {
  const server = await startHttpTestServer();
  const client = createClient({ url: server.url + path, retryAttempts: 0 });
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      client.dispose();
      await server.close();
    },
  };
}

/** Everything that an operation gives, to its end. */
async function all(client: Client, operation: RequestParams): Promise<unknown[]> {
  return Array.fromAsync(client.iterate(operation), ({ data }) => Object.values(data ?? {})[0]);
}

/** Starts a session as a client that can leave without a word at any moment. */
function startOverSocket(server: HttpTestServer, path: string) {
  const sent = request({
    port: server.port,
    path,
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify(START));
  const text = { value: '' };
  const answered = new Promise<void>((resolve) => {
    sent.on('response', (res) => {
      res
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          text.value += chunk.toString();
        });
      resolve();
    });
  });
  return { answered, text, leave: () => sent.destroy() };
}

describe.each(PATHS)('the client library at %s', (path) => {
  it('gets every event of a session, and then the end', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    server.service.feed.push(sampleUpdate(), sampleQuestion(), sampleResults());
    server.service.feed.end();
    expect(await all(client, START)).toMatchObject([
      { __typename: 'ProcessingUpdate', sequence: 1 },
      { __typename: 'UserInteraction', sequence: 2 },
      { __typename: 'MatchResults', sequence: 3, offers: [{ centerName: 'Green Garden' }] },
    ]);
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('gets an event as soon as it is there', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    const stream = client.iterate(START);
    const first = stream.next();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(1));
    server.service.feed.push(sampleUpdate());
    expect(await first).toMatchObject({ value: { data: { matchingSession: { sequence: 1 } } } });
    await stream.return?.();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('gets a failure that is expected as the only event, with status 200', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    server.service.refuse('invalid_request', { issues: [{ path: 'input.limit', message: '1 to 50' }] });
    expect(await all(client, START)).toMatchObject([
      {
        __typename: 'Error',
        errorCode: 'INVALID_REQUEST',
        sequence: 0,
        errorDetails: { issues: [{ path: 'input.limit' }] },
      },
    ]);
  });

  it('gets a stream that breaks as a masked error and the end', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    server.service.feed.push(sampleUpdate());
    server.service.feed.fail(new Error('Hauptstr 5'));
    const results = await Array.fromAsync(client.iterate(START));
    expect(results).toHaveLength(2);
    expect(results[1]).toMatchObject({ errors: [{ extensions: { code: 'PROCESSING_ERROR' } }] });
    expect(JSON.stringify(results) + server.logText()).not.toContain('Hauptstr');
  });

  it('gets a refusal as a failed request', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    server.service.refuse('rate_limited', { retryAfterMs: 1000 });
    await expect(all(client, START)).rejects.toMatchObject({ response: { status: 429 } });
  });

  it('can answer a question, and attach from a sequence', async () => {
    await using context = await withClient(path);
    const { server, client } = context;
    const input = { sessionId: 'some-session', interactionId: 'interaction_0', response: { decline: true } };
    expect(await all(client, { query: print(RespondToInteraction), variables: { input } })).toMatchObject([
      { __typename: 'InteractionReceipt', status: 'RECEIVED' },
    ]);
    server.service.feed.push(sampleUpdate(1), sampleUpdate(2));
    server.service.feed.end();
    expect(await all(client, { ...ATTACH, variables: { sessionId: 'some-session', after: 1 } })).toMatchObject([
      { sequence: 2 },
    ]);
  });

  it('may attach by GET, as a browser’s EventSource does', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate());
    server.service.feed.end();
    const query = new URLSearchParams({ query: ATTACH.query, variables: JSON.stringify(ATTACH.variables) });
    const answer = await fetch(`${server.url}${path}?${query}`, { headers: { accept: 'text/event-stream' } });
    expect([
      answer.status,
      answer.headers.get('content-type')?.split(';')[0],
      answer.headers.get('x-accel-buffering'),
    ]).toEqual([200, 'text/event-stream', 'no']);
    expect(await answer.text()).toContain('"sequence":1');
  });
});

describe.each(PATHS)('a client that leaves %s leaves no reader behind', (path) => {
  it('while the session is being started', async () => {
    await using server = await startHttpTestServer();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const client = startOverSocket(server, path);
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    client.leave();
    await vi.waitFor(() => expect(server.logged()).toHaveLength(1));
    const opened = vi.spyOn(server.service.feed, 'read');
    gate.resolve();
    await vi.waitFor(() => expect(opened).toHaveBeenCalledOnce());
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('while the first event is awaited', async () => {
    await using server = await startHttpTestServer();
    const client = startOverSocket(server, path);
    await client.answered;
    expect(server.service.feed.openReaders).toBe(1);
    client.leave();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('between two events', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate());
    const client = startOverSocket(server, path);
    await vi.waitFor(() => expect(client.text.value).toContain('"sequence":1'));
    client.leave();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('without reading, in the midst of many events', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(...Array.from({ length: 2000 }, (_, index) => sampleResults(index + 1)));
    const sent = request({
      port: server.port,
      path,
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    });
    sent.on('error', () => undefined);
    const answered = new Promise<void>((resolve) => {
      sent.on('response', (res) => {
        res.on('error', () => undefined).pause();
        resolve();
      });
    });
    sent.end(JSON.stringify(START));
    await answered;
    expect(server.service.feed.openReaders).toBe(1);
    sent.destroy();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  it('at any moment, many times over', async () => {
    await using server = await startHttpTestServer();
    server.service.before = () => new Promise((resolve) => setImmediate(resolve));
    server.service.feed.push(sampleUpdate(), sampleQuestion());
    for (let turns = 0; turns < 60; turns += 1) {
      const client = startOverSocket(server, path);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      client.leave();
    }
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
    await server.close();
    expect(server.service.feed.openReaders).toBe(0);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe.each(PATHS)('a slow reader at %s', (path) => {
  it('holds the events back instead of having them queued', async () => {
    await using server = await startHttpTestServer();
    const taken = vi.spyOn(server.service.feed, 'take');
    server.service.feed.push(...Array.from({ length: 20_000 }, (_, index) => sampleResults(index + 1)));
    const sent = request({
      port: server.port,
      path,
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    });
    sent.on('error', () => undefined);
    sent.on('response', (res) => res.on('error', () => undefined).pause());
    sent.end(JSON.stringify(START));
    // The sockets' buffers take some megabytes; then nothing more is taken from the log.
    let before = -1;
    await vi.waitFor(
      () => {
        const now = taken.mock.calls.length;
        const stands = now > 0 && now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { interval: 200, timeout: 20_000 },
    );
    expect(taken.mock.calls.length).toBeLessThan(20_000);
    sent.destroy();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });
});

describe('closing the server', () => {
  it.each(PATHS)('lets a stream at %s say that the service goes away, ends it, and leaves nothing', async (path) => {
    await using context = await withClient(path);
    const { server, client } = context;
    server.service.feed.push(sampleUpdate());
    const seen: unknown[] = [];
    const streaming = (async () => {
      for await (const { data } of client.iterate(START)) seen.push(data?.['matchingSession']);
    })();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await server.close();
    await streaming;
    expect(seen).toMatchObject([
      { sequence: 1 },
      { __typename: 'Error', errorCode: 'UNAVAILABLE', sequence: 0, fatal: true, errorDetails: { retryAfterMs: 1000 } },
    ]);
    expect(server.service.feed.openReaders).toBe(0);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('waits for an answer that is under way', async () => {
    await using server = await startHttpTestServer();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const asked = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ sessionStatus(sessionId: "some-session") { __typename } }' }),
    });
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    const closing = server.close();
    gate.resolve();
    expect((await asked).status).toBe(200);
    await closing;
  });

  it('refuses what comes meanwhile, and says when to come back, so that not all do at once', async () => {
    await using server = await startHttpTestServer({ random: () => 0.5 });
    const late = connect(server.port, '127.0.0.1');
    late.write('GET /healthz HTTP/1.1\r\n');
    const { service } = server;
    const gate = Promise.withResolvers<void>();
    service.before = () => gate.promise;
    const asked = fetch(`${server.url}/api/streaming/sessions/some-session/status`);
    await vi.waitFor(() => expect(service.calls).toHaveLength(1));
    const closing = server.close();
    late.write('Host: localhost\r\n\r\n');
    const answer = (await Array.fromAsync<Buffer>(late)).join('');
    gate.resolve();
    expect((await asked).status).toBe(200);
    await closing;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /u);
    expect(answer).toMatch(/^Connection: close\r$/mu);
    expect(answer).toContain('"retry_after_ms":2000');
  });

  it('is done once, however often it is asked for', async () => {
    const server = await startHttpTestServer();
    const first = server.close();
    expect(server.close()).toBe(first);
    await first;
  });

  it('a port that is taken is an error, not a crash', async () => {
    await using one = await startHttpTestServer();
    await expect(startHttpTestServer({ port: one.port })).rejects.toMatchObject({
      name: 'ListenError',
      cause: { code: 'EADDRINUSE' },
    });
  });
});
