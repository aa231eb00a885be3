import { createHmac } from 'node:crypto';
import { exportSPKI } from 'jose';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AuthConfig } from '../../src/config.ts';
import { createAuthenticate } from '../../src/http/authentication/authenticate.ts';
import { createTokenCheck } from '../../src/http/authentication/token-check.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { inAnHour, keyToken, KeySetServer, newKey, SECRET, secretToken, unsignedToken } from '../support/tokens.ts';

const STATUS = '/api/streaming/sessions/some-session/status';
const NOBODY = { redeem: async () => undefined };

type Auth = Partial<Pick<AuthConfig, 'issuer' | 'audience'>> & { readonly url?: string };

/** A server that takes tokens by SECRET, or by a key set where its address is given. */
async function guarded({ issuer = null, audience = null, url }: Auth = {}) {
  const kind = url === undefined ? ({ kind: 'secret', secret: SECRET } as const) : ({ kind: 'key_set', url } as const);
  const log = new RecordingLog();
  const checkToken = createTokenCheck({ auth: { issuer, audience, ...kind }, clock: systemClock, log });
  const authenticate = createAuthenticate({ checkToken, tickets: NOBODY, clock: systemClock });
  const server = await startHttpTestServer({ authenticate, loopbackHostsOnly: false, logLevel: 'debug' });
  const ask = (authorization?: string, path = STATUS) =>
    rawRequest(server.port, { path, headers: authorization === undefined ? {} : { authorization } });
  return {
    ...server,
    checkLog: log,
    ask,
    /** The account that a token got in as; where it did not, why not, by the log. */
    async outcomeOf(token: string): Promise<unknown> {
      const { status } = await ask(`Bearer ${token}`);
      if (status === 200) return server.service.calls.at(-1)?.account;
      return status === 401 ? server.logged().findLast(({ msg }) => msg === 'not authenticated')?.['reason'] : status;
    },
  };
}

describe('a token by the secret', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('gets in as its sub, after %s', async (scheme) => {
    await using server = await guarded();
    const { status } = await server.ask(`${scheme} ${await secretToken({ sub: 'Anna Müller 😀' })}`);
    expect(status).toBe(200);
    expect(server.service.calls).toMatchObject([{ account: 'Anna Müller 😀' }]);
  });

  const now = Math.floor(Date.now() / 1000);
  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['has expired', { exp: now - 1 }, 'expired'],
    ['expires at the beginning of time', { exp: 0 }, 'expired'],
    ['never expires', { exp: undefined }, 'claims'],
    ['begins to hold in an hour', { nbf: now + 3600 }, 'early'],
    ['says no account', { sub: undefined }, 'account'],
    ['says an empty account', { sub: '' }, 'account'],
    ['says an account of 256 characters', { sub: 'a'.repeat(256) }, 'account'],
    ['says an account with a NUL', { sub: 'anna\0' }, 'account'],
    ['says an account with a line break', { sub: 'anna\r\nSet-Cookie: a=b' }, 'account'],
    ['says an account with a lone surrogate', { sub: 'anna\uD800' }, 'account'],
  ];
  test.each(wrong)('that %s is refused', async (_what, claims, reason) => {
    await using server = await guarded();
    expect(await server.outcomeOf(await secretToken(claims))).toBe(reason);
    expect(server.service.calls).toEqual([]);
  });

  test.each([
    ['a text as exp', { sub: 'anna', exp: '9999999999' }],
    ['a sub that is no text', { sub: 7, exp: 9_999_999_999 }],
    ['an exp beyond all numbers', '{"sub":"anna","exp":1e999}'],
    ['an exp beyond all dates', '{"sub":"anna","exp":1e300}'],
    ['an nbf that is null', { sub: 'anna', exp: 9_999_999_999, nbf: null }],
    ['no claims but a list', '[]'],
    ['no claims but rubbish', '{"sub'],
  ])('with %s is refused, as it is signed', async (_what, payload) => {
    await using server = await guarded();
    expect(await server.outcomeOf(signed(payload))).not.toBe('anna');
    expect((await server.ask(`Bearer ${signed(payload)}`)).status).toBe(401);
    expect((await server.ask(`Bearer ${signed({ sub: 'anna', exp: inAnHour() })}`)).status).toBe(200);
  });

  test('that holds from a moment later on is taken: clocks differ', async () => {
    await using server = await guarded();
    expect(await server.outcomeOf(await secretToken({ nbf: Math.floor(Date.now() / 1000) + 3 }))).toBe('anna');
  });

  test('by another secret is refused', async () => {
    await using server = await guarded();
    expect(await server.outcomeOf(await secretToken({}, `${SECRET}!`))).toBe('signature');
  });

  test('that was changed after it was signed is refused', async () => {
    await using server = await guarded();
    const [header, , signature] = (await secretToken()).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'ben', exp: inAnHour() })).toString('base64url');
    expect(await server.outcomeOf(`${header}.${claims}.${signature}`)).toBe('signature');
  });

  test.each(['none', 'None', 'HS384', 'HS512', 'RS256', 'ES256'])(
    'that claims the algorithm %s is refused',
    async (alg) => {
      await using server = await guarded();
      const token = unsignedToken({ alg, typ: 'JWT' }, { sub: 'anna', exp: inAnHour() }, 'AAAA');
      expect(await server.outcomeOf(token)).toBe('algorithm');
    },
  );

  test('without an algorithm, and without a signature, is refused', async () => {
    await using server = await guarded();
    expect(await server.outcomeOf(unsignedToken({}, { sub: 'anna', exp: inAnHour() }))).toBe('malformed');
    expect(await server.outcomeOf(unsignedToken({ alg: 'HS256' }, { sub: 'anna', exp: inAnHour() }))).toBe('signature');
  });

  test('with a critical extension that is not known is refused', async () => {
    await using server = await guarded();
    const header = { alg: 'HS256', crit: ['https://example.org/x'], 'https://example.org/x': true };
    expect(await server.outcomeOf(unsignedToken(header, { sub: 'anna', exp: inAnHour() }))).toBe('malformed');
  });

  test('by the key set of another server is refused', async () => {
    await using server = await guarded();
    expect(await server.outcomeOf(await keyToken(await newKey('one')))).toBe('algorithm');
  });
});

describe('issuer and audience', () => {
  test.each([
    ['both', { iss: 'login', aud: 'us' }, 'anna'],
    ['several audiences', { iss: 'login', aud: ['them', 'us'] }, 'anna'],
    ['another issuer', { iss: 'logins', aud: 'us' }, 'issuer'],
    ['no issuer', { aud: 'us' }, 'issuer'],
    ['another audience', { iss: 'login', aud: ['them'] }, 'audience'],
    ['no audience', { iss: 'login' }, 'audience'],
  ])('where both are asked for, a token that names %s', async (_what, claims, outcome) => {
    await using server = await guarded({ issuer: 'login', audience: 'us' });
    expect(await server.outcomeOf(await secretToken(claims))).toBe(outcome);
  });

  test('may be any where none is asked for', async () => {
    await using server = await guarded();
    expect(await server.outcomeOf(await secretToken({ iss: 'anybody', aud: 'anything' }))).toBe('anna');
  });
});

describe('what is no token', () => {
  test.each([
    ['nothing', undefined, 'Bearer', 'missing'],
    ['another scheme', 'Basic YW5uYTphbm5h', 'Bearer', 'missing'],
    ['a scheme that begins alike', 'BearerToken abc', 'Bearer', 'missing'],
    ['no token after the scheme', 'Bearer', 'Bearer error="invalid_token"', 'malformed'],
    ['a word', 'Bearer abc', 'Bearer error="invalid_token"', 'malformed'],
    ['three empty parts', 'Bearer ..', 'Bearer error="invalid_token"', 'malformed'],
    ['two tokens', 'Bearer a.b.c, Bearer d.e.f', 'Bearer error="invalid_token"', 'malformed'],
    ['a prototype', 'Bearer __proto__.__proto__.__proto__', 'Bearer error="invalid_token"', 'malformed'],
    ['a huge one', `Bearer ${'a'.repeat(9000)}`, 'Bearer error="invalid_token"', 'malformed'],
  ])('%s gets the one answer that all get', async (_what, authorization, challenge, reason) => {
    await using server = await guarded();
    const { status, headers, body } = await server.ask(authorization);
    expect([status, headers['www-authenticate']]).toEqual([401, challenge]);
    expect(JSON.parse(body)).toEqual({
      type: 'error',
      session_id: null,
      timestamp: expect.any(Number),
      sequence: 0,
      error_code: 'unauthenticated',
      message: 'A valid bearer token is needed.',
      fatal: true,
      details: expect.objectContaining({ parent_id: null, retry_after_ms: null, issues: [] }),
    });
    expect(server.logged()).toMatchObject([{ level: 'debug', msg: 'not authenticated', reason }, { msg: 'request' }]);
    expect(server.service.calls).toEqual([]);
  });

  test('two Authorization headers are refused, be both good', async () => {
    await using server = await guarded();
    const header = `Bearer ${await secretToken()}`;
    const headers = ['Host', 'localhost', 'Authorization', header, 'Authorization', header];
    expect((await rawRequest(server.port, { path: STATUS, headers })).status).toBe(401);
    expect(server.logged()).toContainEqual(expect.objectContaining({ reason: 'repeated' }));
  });

  test('a token in the address or in a cookie is not taken', async () => {
    await using server = await guarded();
    const token = await secretToken();
    for (const name of ['access_token', 'token', 'authorization', 'ticket']) {
      expect((await server.ask(undefined, `${STATUS}?${name}=${token}`)).status).toBe(401);
    }
    const headers = { cookie: `access_token=${token}; token=${token}; Authorization=Bearer ${token}` };
    expect((await rawRequest(server.port, { path: STATUS, headers })).status).toBe(401);
  });

  test('nothing of a token gets into the log', async () => {
    await using server = await guarded();
    const tokens = [await secretToken(), await secretToken({ exp: 1 }), 'rubbish.of.anna'];
    for (const token of tokens) await server.ask(`Bearer ${token}`);
    const text = server.logText() + JSON.stringify(server.checkLog.lines);
    expect(text).toContain('not authenticated');
    for (const part of tokens.flatMap((token) => token.split('.'))) expect(text).not.toContain(part);
  });

  test('on /graphql and /graphql/stream is said as GraphQL says it', async () => {
    await using server = await guarded();
    for (const path of ['/graphql', '/graphql/stream']) {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer a.b.c' };
      const answer = await rawRequest(server.port, { method: 'POST', path, headers }, '{"query":"{__typename}"}');
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
      expect(JSON.parse(answer.body)).toMatchObject({
        errors: [{ message: 'A valid bearer token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
  });

  test('is known before the body has come', async () => {
    await using server = await guarded();
    const headers = { 'content-type': 'application/json', 'content-length': 1000 };
    // Of the body nothing is ever sent: whoever waits for it does not answer.
    const answer = rawRequest(server.port, { method: 'POST', path: '/graphql', headers, timeout: 0 }, ['{']);
    expect((await answer).status).toBe(401);
  });

  test('is no matter where no account is needed', async () => {
    await using server = await guarded();
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs/']) {
      expect((await server.ask('Bearer rubbish', path)).status).toBe(200);
    }
  });
});

describe('a key set', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA', 'Ed25519'])('takes its tokens by %s', async (alg) => {
    const key = await newKey('one', alg);
    await using issuer = await KeySetServer.open(key.jwk);
    await using server = await guarded({ url: issuer.url });
    expect(await server.outcomeOf(await keyToken(key))).toBe('anna');
  });

  test('is fetched once for many tokens, and by none that names no such algorithm', async () => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    await using server = await guarded({ url: issuer.url });
    expect(await server.outcomeOf(await secretToken())).toBe('algorithm');
    expect(issuer.asked).toBe(0);
    const tokens = await Promise.all([1, 2, 3, 4, 5].map(() => keyToken(key)));
    expect(await Promise.all(tokens.map((token) => server.ask(`Bearer ${token}`)))).toMatchObject(
      tokens.map(() => ({ status: 200 })),
    );
    expect(issuer.asked).toBe(1);
  });

  test('takes no token by HS256 with its public key as the secret', async () => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    await using server = await guarded({ url: issuer.url });
    expect(await server.outcomeOf(await secretToken({}, await exportSPKI(key.publicKey)))).toBe('algorithm');
    expect(await server.outcomeOf(await secretToken({}, JSON.stringify(key.jwk)))).toBe('algorithm');
  });

  test('takes no token by a symmetric key, should there be one in it', async () => {
    const jwk = { kty: 'oct', kid: 'one', k: Buffer.from(SECRET).toString('base64url') };
    await using issuer = await KeySetServer.open(jwk);
    await using server = await guarded({ url: issuer.url });
    expect(await server.outcomeOf(await secretToken())).toBe('algorithm');
  });

  test('takes no token whose header brings a key along', async () => {
    const [known, own] = await Promise.all([newKey('one'), newKey('two')]);
    await using issuer = await KeySetServer.open(known.jwk);
    await using server = await guarded({ url: issuer.url });
    const header = { alg: 'RS256', kid: 'one', jwk: own.jwk, jku: 'http://127.0.0.1:1/keys' };
    const [, payload, signature] = (await keyToken(own)).split('.');
    const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
    expect(await server.outcomeOf(token)).toBe('signature');
  });

  test('does not know a token by another key, and is not asked again for each of those', async () => {
    const [known, other] = await Promise.all([newKey('one'), newKey('two')]);
    await using issuer = await KeySetServer.open(known.jwk);
    await using server = await guarded({ url: issuer.url });
    expect(await server.outcomeOf(await keyToken(other))).toBe('key');
    expect(await server.outcomeOf(await keyToken(other))).toBe('key');
    expect(issuer.asked).toBe(1);
  });

  test.each([
    ['is too weak', { n: 'AQAB' }, 401],
    ['is broken', { n: '', e: '' }, 401],
  ])('with a key that %s takes no tokens by it', async (_what, change, status) => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open({ ...key.jwk, ...change });
    await using server = await guarded({ url: issuer.url });
    expect((await server.ask(`Bearer ${await keyToken(key)}`)).status).toBe(status);
    expect(server.service.calls).toEqual([]);
  });

  test.each([
    ['answers with an error', { status: 500, body: 'cannot find Unter den Linden' }],
    ['answers with something else', { status: 200, body: '<!doctype html>' }],
    ['answers with no keys', { status: 200, body: '{"keys":"none"}' }],
  ])('that %s makes the service unavailable for a moment, and nobody unknown', async (_what, instead) => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    issuer.instead = instead;
    await using server = await guarded({ url: issuer.url });
    const token = await keyToken(key);
    const { status, headers, body } = await server.ask(`Bearer ${token}`);
    expect([status, headers['retry-after'], JSON.parse(body).error_code]).toEqual([503, '2', 'unavailable']);
    expect((await server.ask(`Bearer ${token}`)).status).toBe(503);
    expect(issuer.asked).toBe(1);
    expect(server.checkLog.lines).toMatchObject([{ level: 'warn', message: 'the key set of AUTH_JWKS_URL fails' }]);
    expect(body + JSON.stringify(server.checkLog.lines)).not.toContain('Linden');
  });

  test('that nobody serves makes the service unavailable', async () => {
    const key = await newKey('one');
    const issuer = await KeySetServer.open();
    const { url } = issuer;
    await issuer[Symbol.asyncDispose]();
    await using server = await guarded({ url });
    expect((await server.ask(`Bearer ${await keyToken(key)}`)).status).toBe(503);
    expect((await server.ask()).status).toBe(401);
  });
});

/** A token by SECRET of any payload. */
function signed(payload: object | string): string {
  const unsigned = unsignedToken({ alg: 'HS256' }, payload).slice(0, -1);
  return `${unsigned}.${createHmac('sha256', SECRET).update(unsigned).digest('base64url')}`;
}
