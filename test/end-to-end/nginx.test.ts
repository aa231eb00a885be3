import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type ClientHttp2Session } from 'node:http2';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { HttpRefusal } from '../../src/http/refusal.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RestClient } from '../support/rest-client.ts';
import { canStart } from '../support/services/bring-program.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import type { Nginx } from '../support/services/nginx.ts';
import {
  ADDRESS,
  answer,
  asked,
  eventsOf,
  KEEPALIVE_MS,
  READ_TIMEOUT_MS,
  refusal,
  type Site,
  startSite,
} from '../support/site.ts';
import { demoParent, TestApp } from '../support/test-app.ts';

describe.runIf(canStart('nginx'))('nginx, as it is configured here, before two instances', () => {
  let database: FreshDatabase;
  let site: Site;
  beforeAll(async () => {
    database = await createDatabase({ url: inject('postgresUrl') });
    site = await startSite(database);
  }, 120_000);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  const rest = (): RestClient => new RestClient(site.nginx.url);
  const face = (): TestApp => new TestApp(site.nginx.url, new RecordingLog(), async () => {});

  test('passes every event on when it comes: a question is read while its session waits', async () => {
    const { stream, sessionId } = await asked(rest());
    expect(await answer(rest(), sessionId)).toBe(200);
    const texts = await stream.toEnd();
    expect(texts.at(-1)).toContain('"type":"match_results"');
    // What came through nginx is what an instance says, byte for byte.
    const direct = await new RestClient(site.instances[0].url).events(sessionId);
    expect(await direct.toEnd()).toEqual(texts);
  });

  test.each(['/graphql', '/graphql/stream'] as const)('does the same at %s', async (path) => {
    await using app = face();
    const session = app.match({ parentId: demoParent(1) }, { path });
    const question = await session.question();
    expect(await session.answer(question, { location: ADDRESS })).toMatchObject({ status: 'RECEIVED' });
    expect((await session.results()).offers.length).toBeGreaterThan(0);
  });

  test('keeps a stream that is idle for longer than its timeout, as keepalives come sooner', async () => {
    const { stream, sessionId } = await asked(rest());
    for (let silentMs = 0; silentMs < 2 * READ_TIMEOUT_MS; silentMs += KEEPALIVE_MS) {
      expect((await stream.nextFrame())?.message['type']).toBe('keepalive');
    }
    expect(await answer(rest(), sessionId)).toBe(200);
    await stream.until('match_results');
  });

  test('cuts a stream on which nothing comes for that long: the timeout is real', async () => {
    // GraphQL's pings are 12 s apart.
    await using app = face();
    const session = app.match({ parentId: demoParent(1) });
    await session.question();
    await expect(session.next()).rejects.toThrow(/\S/u);
    expect(await app.cancel(session.id)).toMatchObject({ completed: true });
  });

  test('lets open streams go on through a reload', async () => {
    const { stream, sessionId } = await asked(rest());
    await site.nginx.reload();
    expect((await stream.nextFrame())?.message['type']).toBe('keepalive');
    expect(await answer(rest(), sessionId)).toBe(200);
    await stream.until('match_results');
    expect(stream.frames.map(({ id }) => id).filter((id) => id > 0)).toEqual(stream.texts.map((_, index) => index + 1));
  });

  test('gives a new stream to the instance that has fewer', async () => {
    const began = (await site.nginx.accessLog()).length;
    const open: Awaited<ReturnType<typeof asked>>[] = [];
    for (let count = 0; count < 4; count += 1) {
      const one = await asked(rest());
      open.push(one);
      // Were it by turns, this request would have one instance get every stream.
      await rest().status(one.sessionId);
    }
    // Answers go to whichever is asked, whoever runs the session.
    for (const { sessionId } of open) expect(await answer(rest(), sessionId)).toBe(200);
    await Promise.all(open.map(async ({ stream }) => stream.until('match_results')));
    const where = async (): Promise<readonly (string | undefined)[]> => {
      const lines = (await site.nginx.accessLog()).slice(began);
      return lines.filter(({ path }) => path?.endsWith('/interactive')).map(({ instance }) => instance);
    };
    const shares = async (): Promise<readonly number[]> => {
      const taken = await where();
      return site.instances.map(({ port }) => taken.filter((one) => one === `127.0.0.1:${port}`).length);
    };
    await expect.poll(shares).toEqual([2, 2]);
  });

  test('carries more streams on one HTTP/2 connection than a browser opens HTTP/1.1 ones', async () => {
    const { stream, sessionId } = await asked(rest());
    const session = await http2(site.nginx);
    expect(session.alpnProtocol).toBe('h2');
    const streams = Array.from({ length: 20 }, () => session.request({ ':path': eventsOf(sessionId) }));
    // Each has come to its question, and none has ended: all are open at once.
    await Promise.all(streams.map(async (one) => reads(one, '"type":"user_interaction"')));
    expect(await answer(rest(), sessionId)).toBe(200);
    await Promise.all(streams.map(async (one) => reads(one, '"type":"match_results"')));
    await stream.toEnd();
    session.close();
  });

  test('speaks HTTP/1.1 as well, and sends who comes without TLS there', async () => {
    expect(await plainly(site.nginx, 'localhost')).toMatchObject({ status: 200, httpVersion: '1.1' });
    const response = await fetch(`${site.nginx.plainUrl}/docs`, { redirect: 'manual' });
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('https://localhost/docs');
  });

  test('answers to its own name only', async () => {
    expect(await plainly(site.nginx, 'elsewhere.example')).toMatchObject({ status: 403 });
    await expect(plainly(site.nginx, 'elsewhere.example', 'elsewhere.example')).rejects.toThrow(/alert/iu);
  });

  test('says to the instances that the caller came by https, and under which name', async () => {
    const from = async (origin: string): Promise<Response> =>
      fetch(`${site.nginx.url}/healthz`, { headers: { origin } });
    const own = await from(site.nginx.url);
    expect(own.status).toBe(200);
    expect(own.headers.get('strict-transport-security')).toContain('max-age=');
    expect((await from('https://elsewhere.example')).status).toBe(403);
    expect((await from(site.nginx.url.replace('https', 'http'))).status).toBe(403);
  });

  test.each(['/metrics', '/%6detrics', '//metrics', '/metrics?x', '/readyz'])('keeps %s from outside', async (path) => {
    const response = await fetch(site.nginx.url + path);
    const body = (await response.json()) as { timestamp?: number };
    expect(response.status).toBe(404);
    const message = 'There is nothing at this path.';
    expect(body).toEqual(refusal(new HttpRefusal('invalid_request', { status: 404, message }), response, body));
  });

  test.each([100, 1000])('has a body of %i KiB refused in the words of the service', async (kib) => {
    const response = await fetch(`${site.nginx.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(kib * 1024),
    });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('at most 65536 bytes');
  });

  test('puts no ticket, session or caller into its logs', async () => {
    const { stream, sessionId } = await asked(rest());
    await fetch(`${site.nginx.url}${eventsOf('no-such-session')}?ticket=canary-ticket`).then((it) => it.text());
    await fetch(`${site.nginx.url}/canary-path?ticket=canary-ticket`).then((it) => it.text());
    await rest().cancel(sessionId);
    await stream.toEnd();
    await expect.poll(async () => site.nginx.everyLog()).toContain('"path":"other"');
    const log = await site.nginx.everyLog();
    for (const secret of ['canary', sessionId, 'no-such-session', '127.0.0.1"']) expect(log).not.toContain(secret);
  });
});

async function http2({ url, certificate }: Nginx): Promise<ClientHttp2Session> {
  const session = connect(url, { ca: certificate });
  await once(session, 'connect');
  return session;
}

/** Reads on until it has come, and then leaves the stream open. */
async function reads(stream: ReturnType<ClientHttp2Session['request']>, wanted: string): Promise<void> {
  let seen = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (chunk: string): void => {
    seen += chunk;
    if (seen.includes(wanted)) resolve();
  };
  const over = (): void => reject(new Error(`the stream ended without ${wanted}`));
  stream.setEncoding('utf8').on('data', look).once('close', over);
  await promise;
  stream.off('data', look).off('close', over);
}

/** GET /healthz by HTTP/1.1, with any Host; `servername` is what TLS asks for. */
async function plainly(
  { port, certificate }: Nginx,
  host: string,
  servername = 'localhost',
): Promise<{ readonly status: number | undefined; readonly httpVersion: string; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { host: `${host}:${port}` };
  request({ host: '127.0.0.1', port, path: '/healthz', ca: certificate, servername, headers, agent: false })
    .once('response', resolve)
    .once('error', reject)
    .end();
  const response = await promise;
  return { status: response.statusCode, httpVersion: response.httpVersion, body: await text(response) };
}
