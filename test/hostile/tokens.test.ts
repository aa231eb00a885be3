import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { complexTypesOf } from '../../src/pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { OPERATIONS } from '../../src/rest/operations.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { inAnHour, keyToken, newKey, SECRET, secretToken, unsignedToken } from '../support/tokens.ts';
import { ENTRIES, FACES, honest, type RootField } from './entries.ts';
import type { Answer } from './raw-http.ts';
import { AUDIENCE, CANARY, HostileInstance, ISSUER, outcomeOf, tokenOf, RESULTS } from './hostile-instance.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const ROOT_FIELDS: Readonly<Record<RootField, true>> = {
  matchingSession: true,
  sessionEvents: true,
  respondToInteraction: true,
  sessionStatus: true,
  cancelSession: true,
};

test('the table of entries has every operation of every face', () => {
  const schema = buildSchema(complexTypesOf(PREFERENCE_TYPES));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {})).toSorted();
  expect(fields).toEqual(Object.keys(ROOT_FIELDS).toSorted());
  for (const face of FACES) {
    const there = ENTRIES.filter((entry) => entry.face === face).map(({ operation }) => operation);
    const all = face === 'REST' ? Object.keys(OPERATIONS) : fields;
    expect([...new Set<string>(there)].toSorted()).toEqual(all.toSorted());
  }
});

/** Signed by the secret, whatever is in it. */
function signed(header: object, payload: object | string): string {
  const unsigned = unsignedToken(header, payload);
  const signature = createHmac('sha256', SECRET).update(unsigned.slice(0, -1)).digest('base64url');
  return `${unsigned}${signature}`;
}

const claims = { sub: 'demo', iss: ISSUER, aud: AUDIENCE, exp: inAnHour() };
const seconds = inAnHour() - 3600;
const HS256 = { alg: 'HS256' };

/** What is shown in place of a token, as the header Authorization has it; null for none. */
const BAD_TOKENS: readonly (readonly [string, () => Promise<string | null> | string | null])[] = [
  ['none', () => null],
  ['an empty one', () => 'Bearer '],
  ['nothing but a scheme', () => 'Bearer'],
  ['a password', () => `Basic ${Buffer.from(`demo:${CANARY}`).toString('base64')}`],
  ['an account', () => 'Bearer demo'],
  ['the secret itself', () => `Bearer ${Buffer.from(SECRET).toString('base64url')}`],
  ['a text', () => `Bearer ${CANARY}.${CANARY}.${CANARY}`],
  ['bytes', () => 'Bearer \xff\xfe\x80'],
  ['9,000 characters', () => `Bearer ${'a'.repeat(9000)}`],
  ['dots', () => `Bearer ${'.'.repeat(2000)}`],
  ['two tokens in one', async () => `Bearer ${await tokenOf('demo')}, Bearer ${await tokenOf('demo')}`],
  ['one without a signature', async () => `Bearer ${(await tokenOf('demo')).replace(/[^.]+$/u, '')}`],
  ['one with another payload', async () => `Bearer ${withPayloadOf('other', await tokenOf('demo'))}`],
  ['one of alg none', () => `Bearer ${unsignedToken({ alg: 'none' }, claims)}`],
  ['one of alg NONE, signed', () => `Bearer ${signed({ alg: 'NONE' }, claims)}`],
  ['one without an alg', () => `Bearer ${signed({ typ: 'JWT' }, claims)}`],
  ['one of an alg from a prototype', () => `Bearer ${signed({ alg: '__proto__' }, claims)}`],
  ['one of HS512', () => `Bearer ${signed({ alg: 'HS512' }, claims)}`],
  ['one by a key of its own', async () => `Bearer ${await keyToken(await newKey('one'), claims)}`],
  [
    'one that brings its key',
    () => `Bearer ${unsignedToken({ ...HS256, jwk: { kty: 'oct', k: 'AA' } }, claims, 'AAAA')}`,
  ],
  ['one by another secret', async () => `Bearer ${await secretToken(claims, 'another secret, which is as long')}`],
  ['one with an extension that must be known', () => `Bearer ${signed({ ...HS256, crit: ['x'], x: 1 }, claims)}`],
  ['one whose payload is not encoded', () => `Bearer ${signed({ ...HS256, b64: false, crit: ['b64'] }, claims)}`],
  ['an expired one', async () => `Bearer ${await tokenOf('demo', { exp: seconds - 1 })}`],
  ['one that never expires', async () => `Bearer ${await tokenOf('demo', { exp: undefined })}`],
  [
    'one that expires after all time',
    () => `Bearer ${signed(HS256, JSON.stringify(claims).replace(/\d{10}/u, '1e999'))}`,
  ],
  ['an early one', async () => `Bearer ${await tokenOf('demo', { nbf: seconds + 3000 })}`],
  ['one of another issuer', async () => `Bearer ${await tokenOf('demo', { iss: 'https://evil.example' })}`],
  ['one of no issuer', async () => `Bearer ${await tokenOf('demo', { iss: undefined })}`],
  ['one for another audience', async () => `Bearer ${await tokenOf('demo', { aud: 'others' })}`],
  ['one for no audience', async () => `Bearer ${await tokenOf('demo', { aud: [] })}`],
  ['one of nobody', async () => `Bearer ${await tokenOf('')}`],
  ['one of an object', () => `Bearer ${signed(HS256, { ...claims, sub: { toString: 'demo' } })}`],
  ['one of an account with a NUL', async () => `Bearer ${await tokenOf('demo\0')}`],
  ['one of an account with a lone surrogate', async () => `Bearer ${await tokenOf('demo\ud800')}`],
  ['one of an account of 5,000 characters', async () => `Bearer ${await tokenOf('d'.repeat(5000))}`],
  ['one whose claims are a list', () => `Bearer ${signed(HS256, '[]')}`],
  [
    'one whose claims come from a prototype',
    () => `Bearer ${signed(HS256, `{"__proto__":${JSON.stringify(claims)}}`)}`,
  ],
];

function withPayloadOf(sub: string, token: string): string {
  const [header, , signature] = token.split('.');
  return [header, Buffer.from(JSON.stringify({ ...claims, sub })).toString('base64url'), signature].join('.');
}

/** What a caller who is not known may tell answers apart by: all but the request's own id, time and path. */
function told(answer: Answer): string {
  return answer.body
    .replaceAll(answer.headers.get('x-request-id') ?? '-', 'REQUEST')
    .replaceAll(/"timestamp":\d+/gu, '"timestamp":0');
}

describe.each(BAD_TOKENS)('in place of a token %s', (_what, authorization) => {
  test('is 401 at every entry, and says no more than that', async () => {
    const shown = await authorization();
    for (const entry of ENTRIES) {
      const ask = entry.ask(honest(entry, session));
      const headers = shown === null ? ask.headers : [...ask.headers, ['Authorization', shown] as const];
      const answer = await instance.send({ ...ask, headers }, { token: null });
      expect([entry.name, outcomeOf(answer)]).toEqual([entry.name, '401 unauthenticated']);
      const challenge = answer.headers.get('www-authenticate');
      expect(challenge).toBe(isShown(shown) ? 'Bearer error="invalid_token"' : 'Bearer');
      const plain = await instance.send(ask, { token: null });
      expect(told(answer)).toBe(told(plain));
    }
  });
});

/** Whether something was shown that calls itself a bearer token. */
function isShown(shown: string | null): boolean {
  return shown?.startsWith('Bearer') ?? false;
}

test('a token is taken from nowhere but its header', async () => {
  const token = instance.tokens.demo;
  for (const entry of ENTRIES) {
    const ask = entry.ask(honest(entry, session));
    const by = ask.path.includes('?') ? '&' : '?';
    const asks = [
      ...['token', 'access_token', 'authorization', 'ticket'].map((name) => ({
        ...ask,
        path: `${ask.path}${by}${name}=${token}`,
      })),
      { ...ask, headers: [...ask.headers, ['Cookie', `token=${token}; access_token=${token}`] as const] },
      { ...ask, headers: [...ask.headers, ['X-Authorization', `Bearer ${token}`] as const] },
      { ...ask, headers: [...ask.headers, ['Proxy-Authorization', `Bearer ${token}`] as const] },
      { ...ask, headers: [...ask.headers, ['X-Forwarded-User', 'demo'] as const, ['X-Account', 'demo'] as const] },
    ];
    for (const one of asks) {
      const answer = await instance.send(one, { token: null });
      expect([entry.name, outcomeOf(answer)]).toEqual([entry.name, '401 unauthenticated']);
    }
  }
});

test('two headers with a token each, good ones too, are 401 at every entry', async () => {
  for (const entry of ENTRIES) {
    const ask = entry.ask(honest(entry, session));
    const twice = ['Authorization', `Bearer ${instance.tokens.other}`] as const;
    const answer = await instance.send({ ...ask, headers: [...ask.headers, twice] });
    expect([entry.name, outcomeOf(answer)]).toEqual([entry.name, '401 unauthenticated']);
  }
});

test.each(['', 'x', '\0', '__proto__', '%00', '%ed%a0%80', '..%2f..', 'a'.repeat(12_000), CANARY])(
  'a ticket that is none opens no stream (%#)',
  async (ticket) => {
    const path = `/api/streaming/sessions/${session}/events?ticket=${ticket.replace('\0', '%00')}`;
    const answer = await instance.send({ method: 'GET', path, headers: [], body: '' }, { token: null });
    expect(outcomeOf(answer)).toBe('401 unauthenticated');
  },
);

test('afterwards the session still waits, and an honest one works as ever', async () => {
  expect(await instance.waitFor(session)).toMatch(/"type":"user_interaction"/u);
  expect(await instance.honestSession()).toEqual(RESULTS);
});
