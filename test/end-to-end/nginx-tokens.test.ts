import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordingClient } from '../client/recording-client.ts';
import { messagesIn } from '../rest/open-stream.ts';
import { canStart } from '../support/services/bring-program.ts';
import { SessionWithTokens } from '../support/session-with-tokens.ts';
import { ADDRESS, eventsOf } from '../support/site.ts';
import { type SiteWithTokens, startSiteWithTokens } from '../support/site-with-tokens.ts';
import { demoParent, PATHS } from '../support/test-app.ts';
import { secretToken } from '../support/tokens.ts';

const START = '/api/streaming/matches/interactive';
const RESPOND = '/api/streaming/interactions/respond';
const STARTS_PER_MINUTE = 50;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Seconds since the Unix epoch, so many from now. */
function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** A request of REST as a client sends it. */
function post(body: object, token: string): RequestInit {
  const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

/** A stream on a connection that others share. */
function openOn(shared: ClientHttp2Session, path: string, token: string): ClientHttp2Stream {
  return shared.request({ ':path': path, authorization: `Bearer ${token}` }).setEncoding('utf8');
}

describe.runIf(canStart('nginx'))('behind nginx, where tokens are asked for', () => {
  let site: SiteWithTokens;
  beforeAll(async () => {
    site = await startSiteWithTokens({ RATE_STARTS_PER_MINUTE: String(STARTS_PER_MINUTE) });
  }, 120_000);
  afterAll(async () => site[Symbol.asyncDispose]());

  /** A session of the account of the demo data, which was read until it asked. */
  async function asked(token: string): Promise<string> {
    const session_id = randomUUID();
    const stream = await fetch(site.nginx.url + START, post({ parent_id: demoParent(1), session_id }, token));
    let said = '';
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      said += chunk;
      if (said.includes('"type":"user_interaction"')) return session_id;
    }
    throw new Error(`nothing was asked: ${stream.status} ${said}`);
  }

  test.each(PATHS)('a stream at %s says that its token has expired, and goes on with the next one', async (path) => {
    const exp = inSeconds(4);
    using session = new SessionWithTokens(site.nginx.url, path, await secretToken({ sub: 'demo', exp }));
    const last = await session.read();
    expect(last).toMatchObject({ __typename: 'Error', errorCode: 'UNAUTHENTICATED', fatal: true });
    expect(Number(last?.timestamp)).toBeGreaterThanOrEqual(exp * 1000);
    session.token = await secretToken({ sub: 'demo' });
    expect(await session.readAndAnswer()).toBeUndefined();
    expect(session.seen.map(({ sequence }) => sequence)).toEqual(session.seen.map((_event, index) => index + 1));
    expect(session.seen.at(-1)).toMatchObject({ __typename: 'MatchResults', success: true });
  });

  test('the client takes another token while a person thinks, asks once, and sees every message once', async () => {
    const tokens = [await secretToken({ sub: 'demo', exp: inSeconds(4) }), await secretToken({ sub: 'demo' })];
    const renewed = Promise.withResolvers<void>();
    const client = new RecordingClient(site.nginx.url, {
      token(refused) {
        if (refused !== undefined && refused === tokens[0]) tokens.shift();
        if (tokens.length === 1) renewed.resolve();
        return tokens[0] ?? '';
      },
    });
    client.answer = async () => {
      await renewed.promise;
      return ADDRESS;
    };
    const { offers } = await client.startMatching(demoParent(1), { limit: 3 });
    expect(offers).toHaveLength(3);
    expect(client.told.filter((one) => one.startsWith('question'))).toEqual(['question interaction_0']);
    expect(client.told.filter((one) => one.startsWith('error'))).toEqual([]);
    expect(client.told).toEqual([...new Set(client.told)]);
  });

  test('of two streams on one connection, one ends with its token and the other goes on', async () => {
    const exp = inSeconds(4);
    const [short, long] = [await secretToken({ sub: 'demo', exp }), await secretToken({ sub: 'demo' })];
    const sessionId = await asked(long);
    const shared = connect(site.nginx.url, { ca: site.nginx.certificate });
    await once(shared, 'connect');
    const [ending, staying] = [short, long].map((token) => openOn(shared, eventsOf(sessionId), token));
    if (ending === undefined || staying === undefined) throw new TypeError('two were opened');
    const whole = text(staying);
    const messages = messagesIn(await text(ending));
    expect(messages.at(-1)).toMatchObject({ type: 'error', error_code: 'unauthenticated', sequence: 0, fatal: true });
    const answer = { session_id: sessionId, interaction_id: 'interaction_0', response_type: 'location_input' };
    const received = await fetch(site.nginx.url + RESPOND, post({ ...answer, response_data: ADDRESS }, long));
    expect(received.status).toBe(200);
    const rest = messagesIn(await whole);
    expect(rest.slice(0, messages.length - 1)).toEqual(messages.slice(0, -1));
    expect(rest.at(-1)).toMatchObject({ type: 'match_results', success: true });
    shared.close();
  });

  test('a refused token comes as the service refused it, from one instance alone', async () => {
    const began = (await site.nginx.accessLog()).length;
    const refused = await fetch(site.nginx.url + START, post({ parent_id: demoParent(1) }, 'not-a-token'));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(await refused.json()).toMatchObject({ type: 'error', error_code: 'unauthenticated', fatal: true });
    await expect.poll(async () => statusesSince(began)).toContain('401');
    expect(await statusesSince(began)).not.toContain('401, 401');
  });

  test('a start too many comes as the service refused it, from one instance alone, with when to come again', async () => {
    const token = await secretToken({ sub: randomUUID() });
    const start = post({ parent_id: demoParent(1) }, token);
    for (let call = 0; call < STARTS_PER_MINUTE; call += 1) await (await fetch(site.nginx.url + START, start)).text();
    const began = (await site.nginx.accessLog()).length;
    const refused = await fetch(site.nginx.url + START, start);
    const body = (await refused.json()) as { readonly details: { readonly retry_after_ms: number } };
    expect([refused.status, body]).toMatchObject([429, { error_code: 'rate_limited' }]);
    expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(body.details.retry_after_ms / 1000)));
    expect(refused.headers.get('ratelimit')).toContain('"starts";r=0');
    await expect.poll(async () => statusesSince(began)).toContain('429');
    expect(await statusesSince(began)).not.toContain('429, 429');
  });

  test('a token stands in no log, neither of nginx nor of an instance', async () => {
    const token = await secretToken({ sub: 'demo' });
    await asked(token);
    await fetch(`${site.nginx.url}/canary?token=${token}`, { headers: { authorization: `Bearer ${token}x` } });
    await expect.poll(async () => site.nginx.everyLog()).toContain('"path":"other"');
    const logs = (await site.nginx.everyLog()) + JSON.stringify(site.instances.map(({ log }) => log.lines));
    for (const part of token.split('.').slice(1)) expect(logs).not.toContain(part);
  });

  /** What the instances answered to each request since then, as nginx saw it. */
  async function statusesSince(began: number): Promise<readonly (string | undefined)[]> {
    return (await site.nginx.accessLog()).slice(began).map(({ instanceStatus }) => instanceStatus);
  }
});
