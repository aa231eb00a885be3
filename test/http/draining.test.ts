import { describe, expect, test, vi } from 'vitest';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { RawReader, WAYS, type Way } from './ways.ts';

const SESSION = 'some-session';

/** What chance says, and when a reader is to come back then, in milliseconds. */
const COMING_BACK = [
  [0, 1000],
  [0.5, 2000],
  [0.999_999, 3000],
] as const;

/** Opens a stream that has said one event. */
async function opened(server: HttpTestServer, way: Way): Promise<RawReader> {
  const reader = new RawReader(server.port, way.attach(SESSION));
  await vi.waitFor(() => expect(reader.text).toContain('"sequence":1'));
  return reader;
}

/** What follows on a stream after what was read of it, once it has ended. */
async function lastWords(server: HttpTestServer, reader: RawReader, before: string): Promise<string> {
  await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
  await vi.waitFor(() => expect(reader.text).toMatch(/\r\n0\r\n\r\n$/u));
  return reader.text.slice(before.length);
}

async function respond(server: HttpTestServer): Promise<number> {
  const answer = await fetch(`${server.url}/api/streaming/interactions/respond`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      session_id: SESSION,
      interaction_id: 'interaction_0',
      response_type: 'location_input',
      response_data: { declined: true },
    }),
  });
  return answer.status;
}

async function ask(server: HttpTestServer, path: string, query: string): Promise<string> {
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return `${answer.status} ${await answer.text()}`;
}

describe('a server that drains', () => {
  test('is not ready any more, whatever its checks say, but alive', async () => {
    const check = vi.fn<() => Promise<number>>(async () => 1);
    await using server = await startHttpTestServer({ checks: { database: check } });
    server.drain();
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining', checks: {} }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(check).not.toHaveBeenCalled();
  });

  test('takes answers, says status and cancels, by both faces', async () => {
    await using server = await startHttpTestServer();
    server.drain();
    const url = `${server.url}/api/streaming/sessions/${SESSION}`;
    expect(await respond(server)).toBe(200);
    expect((await fetch(`${url}/status`)).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    for (const path of ['/graphql', '/graphql/stream']) {
      const id = `sessionId: "${SESSION}"`;
      const response = `input: { ${id}, interactionId: "interaction_0", response: { decline: true } }`;
      expect(await ask(server, path, `{ sessionStatus(${id}) { __typename } }`)).toMatch(/^200 .*SessionStatus/su);
      expect(await ask(server, path, `mutation { cancelSession(${id}) { __typename } }`)).toMatch(/^200 /u);
      expect(await ask(server, path, `mutation { respondToInteraction(${response}) { __typename } }`)).toMatch(
        /^200 .*InteractionReceipt/su,
      );
    }
  });

  test('says no more to a reader by REST who has seen the last event', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleResults(1));
    const reader = await opened(server, WAYS[0] as Way);
    const before = reader.text;
    server.drain();
    expect(await lastWords(server, reader, before)).toBe('0\r\n\r\n');
  });

  test('drains once, however often it is told to, and closes as ever', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate());
    const readers = await Promise.all(WAYS.map((way) => opened(server, way)));
    server.drain();
    server.drain();
    await server.close();
    await Promise.all(readers.map(({ over }) => over));
    for (const { text } of readers) expect(text.match(/unavailable/giu)).toHaveLength(1);
    expect(server.streams.counts.open).toBe(0);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });
});

describe.each(WAYS)('a server that drains, by $name', (way) => {
  test.each(['start', 'attach'] as const)('refuses to %s a stream, and does nothing for it', async (verb) => {
    await using server = await startHttpTestServer({ random: () => 0.75 });
    server.drain();
    const refused = new RawReader(server.port, way[verb](SESSION));
    await vi.waitFor(() => expect(refused.body).not.toBeNull());
    expect([refused.status, refused.header('retry-after')]).toEqual([503, '3']);
    expect(refused.body).toMatchObject(
      way.name === 'REST'
        ? { error_code: 'unavailable', fatal: true, details: { retry_after_ms: 2500 } }
        : { errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 2500 } }] },
    );
    expect(server.service.calls).toEqual([]);
    expect(server.streams.counts).toMatchObject({ open: 0, openedTotal: 0, refusedByInstance: 1 });
  });

  test('lets an open stream say why, without moving its cursor, and ends it in order', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate());
    const reader = await opened(server, way);
    const before = reader.text;
    server.drain();
    const said = await lastWords(server, reader, before);
    expect(said).toMatch(/unavailable/iu);
    expect(said).toMatch(/"sequence":0/u);
    expect(said).toMatch(/"fatal":true/u);
    expect(said).not.toMatch(/^id:/mu);
    expect(server.service.feed.openReaders).toBe(0);
    // The server goes on: only its streams are over.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe.each(WAYS)('a stream by $name that is sent away', (way) => {
  test.each(COMING_BACK)(
    'says when to come back, so that not all do at once: with %d after %d ms',
    async (random, ms) => {
      await using server = await startHttpTestServer({ random: () => random });
      server.service.feed.push(sampleUpdate());
      const reader = await opened(server, way);
      const before = reader.text;
      server.drain();
      const said = await lastWords(server, reader, before);
      expect(said).toContain(way.name === 'REST' ? `"retry_after_ms":${ms}` : `"retryAfterMs":${ms}`);
    },
  );
});

describe('a stream by REST that is sent away', () => {
  test.each(COMING_BACK)('has an EventSource come back when it says: with %d after %d ms', async (random, retryMs) => {
    await using server = await startHttpTestServer({ random: () => random });
    server.service.feed.push(sampleUpdate());
    const reader = await opened(server, WAYS[0] as Way);
    const before = reader.text;
    server.drain();
    const said = await lastWords(server, reader, before);
    expect(said.match(/^retry: .*$/gmu)).toEqual([`retry: ${retryMs}`]);
    // A frame of its own: a reader that does not know the field still sees the message.
    expect(said).toMatch(/^retry: \d+\n\ndata: \{"type":"error"/mu);
  });
});
