import { exportJWK, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { createKeySet } from '../../src/http/authentication/key-set.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { keyToken, KeySetServer, newKey, type SigningKey } from '../support/tokens.ts';

/** As a key set is while its keys are about to change: it may be asked again at once. */
const AT_ONCE = { cooldownMs: 0 };

interface Times {
  readonly cooldownMs?: number;
  readonly maxAgeMs?: number;
  readonly timeoutMs?: number;
}

function keysOf(issuer: KeySetServer, times: Times = AT_ONCE) {
  const clock = new ManualClock();
  const log = new RecordingLog();
  return { clock, log, keys: createKeySet({ url: issuer.url, clock, log, times }) };
}

/** Whether a token by this key is taken. */
async function takes(keys: JWTVerifyGetKey, key: SigningKey): Promise<boolean> {
  return jwtVerify(await keyToken(key), keys).then(
    () => true,
    (error: unknown) => {
      if (error instanceof SessionFailure) throw error;
      return false;
    },
  );
}

describe('a key set whose keys change', () => {
  test('takes tokens by the new one as soon as they come, and by the old one until it is gone', async () => {
    const [old, fresh] = await Promise.all([newKey('old'), newKey('new')]);
    await using issuer = await KeySetServer.open(old.jwk);
    const { keys } = keysOf(issuer);
    expect([await takes(keys, old), await takes(keys, fresh)]).toEqual([true, false]);
    issuer.keys = [old.jwk, fresh.jwk];
    expect([await takes(keys, fresh), await takes(keys, old)]).toEqual([true, true]);
    issuer.keys = [fresh.jwk];
    expect(await takes(keys, await newKey('third'))).toBe(false);
    expect([await takes(keys, fresh), await takes(keys, old)]).toEqual([true, false]);
  });

  test('does not take a token by a key of the same name', async () => {
    const [one, other] = await Promise.all([newKey('one'), newKey('one')]);
    await using issuer = await KeySetServer.open(one.jwk);
    const { keys } = keysOf(issuer);
    expect([await takes(keys, one), await takes(keys, other)]).toEqual([true, false]);
  });

  test('takes a token that names no key where there is one alone, and otherwise not', async () => {
    const [named, second] = await Promise.all([newKey('one'), newKey('two')]);
    const nameless = { ...named, jwk: { ...named.jwk } };
    delete nameless.jwk.kid;
    await using issuer = await KeySetServer.open(named.jwk);
    expect(await takes(keysOf(issuer).keys, nameless)).toBe(true);
    issuer.keys = [named.jwk, second.jwk];
    expect(await takes(keysOf(issuer).keys, nameless)).toBe(false);
  });
});

describe('a key set that is away', () => {
  const AWAY = { status: 503, body: '' };

  test('goes on taking tokens by the keys that it knows', async () => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    const { keys, log } = keysOf(issuer, {});
    expect(await takes(keys, key)).toBe(true);
    issuer.instead = AWAY;
    expect(await takes(keys, key)).toBe(true);
    expect([issuer.asked, log.lines]).toEqual([1, []]);
  });

  test('goes on taking them when it should come anew, and nobody waits for it', async () => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    // Longer than a test may take: whoever waited for it would be seen.
    const { keys, clock, log } = keysOf(issuer, { maxAgeMs: 0, timeoutMs: 600_000 });
    expect(await takes(keys, key)).toBe(true);
    issuer.instead = AWAY;
    expect(await takes(keys, key)).toBe(true);
    await clock.pass(2000);
    issuer.instead = 'silence';
    expect(await takes(keys, key)).toBe(true);
    expect(log.lines.map(({ message }) => message)).toEqual(['the key set of AUTH_JWKS_URL fails']);
  });

  test.each([AWAY, { status: 200, body: '<html>' }, { status: 302, body: '' }])(
    'believes them no longer than an hour, whatever is answered instead (%#)',
    async (instead) => {
      const key = await newKey('one');
      await using issuer = await KeySetServer.open(key.jwk);
      const { keys, clock, log } = keysOf(issuer, { maxAgeMs: 0 });
      expect(await takes(keys, key)).toBe(true);
      issuer.instead = instead;
      await clock.pass(3_600_000);
      expect(await takes(keys, key)).toBe(true);
      await clock.pass(1);
      await expect(takes(keys, key)).rejects.toMatchObject({ code: 'unavailable' });
      expect(log.lines.map(({ message }) => message)).toEqual(['the key set of AUTH_JWKS_URL fails']);
    },
  );

  test.each([
    ['no keys', () => ({ keys: [] })],
    ['a key without its modulus', () => ({ keys: [{ kty: 'RSA', kid: 'one', alg: 'RS256', e: 'AQAB' }] })],
    ['a secret', () => ({ keys: [{ kty: 'oct', kid: 'one', k: 'c2VjcmV0' }] })],
    ['a private key', async () => ({ keys: [{ ...(await exportJWK((await newKey('one')).privateKey)), kid: 'one' }] })],
    ['far too much', () => ({ keys: [], more: 'x'.repeat(300_000) })],
  ])('goes on taking them when it has come to be %s', async (_, made) => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    const { keys, clock, log } = keysOf(issuer, { maxAgeMs: 0 });
    expect(await takes(keys, key)).toBe(true);
    issuer.instead = { status: 200, body: JSON.stringify(await made()) };
    expect(await takes(keys, key)).toBe(true);
    expect(log.lines.map(({ message }) => message)).toEqual(['the key set of AUTH_JWKS_URL fails']);
    issuer.instead = undefined;
    await clock.pass(2000);
    expect(await takes(keys, key)).toBe(true);
  });

  test('is not taken for away as a token names a key that cannot be used', async () => {
    const [good, odd] = await Promise.all([newKey('good'), newKey('odd')]);
    await using issuer = await KeySetServer.open(good.jwk);
    // What Node takes and the library does not.
    issuer.keys = [good.jwk, { ...odd.jwk, key_ops: ['verify', 'sign'] }];
    const { keys, log } = keysOf(issuer, {});
    expect([await takes(keys, good), await takes(keys, odd), await takes(keys, odd)]).toEqual([true, false, false]);
    expect([issuer.asked, log.lines]).toEqual([1, []]);
  });

  test('passes over a key that nobody can use beside one that is good', async () => {
    const [good, bad] = await Promise.all([newKey('good'), newKey('bad')]);
    await using issuer = await KeySetServer.open(good.jwk);
    issuer.keys = [{ ...bad.jwk, n: '' }, good.jwk];
    const { keys } = keysOf(issuer);
    expect([await takes(keys, good), await takes(keys, bad)]).toEqual([true, false]);
  });

  test('says of a key that it did not know before that it cannot tell', async () => {
    const [known, fresh] = await Promise.all([newKey('one'), newKey('two')]);
    await using issuer = await KeySetServer.open(known.jwk);
    const { keys } = keysOf(issuer);
    expect(await takes(keys, known)).toBe(true);
    issuer.instead = AWAY;
    await expect(takes(keys, fresh)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await takes(keys, known)).toBe(true);
  });

  test('takes the new keys once it is back, and those that are gone no more', async () => {
    const [old, fresh] = await Promise.all([newKey('one'), newKey('two')]);
    await using issuer = await KeySetServer.open(old.jwk);
    const { keys, clock } = keysOf(issuer, { maxAgeMs: 0 });
    expect(await takes(keys, old)).toBe(true);
    issuer.instead = AWAY;
    expect(await takes(keys, old)).toBe(true);
    issuer.instead = undefined;
    issuer.keys = [fresh.jwk];
    await clock.pass(2000);
    expect(await takes(keys, fresh)).toBe(true);
    expect(await takes(keys, old)).toBe(false);
  });

  test('is asked again after two seconds, and says once that it failed and once that it works', async () => {
    const key = await newKey('one');
    await using issuer = await KeySetServer.open(key.jwk);
    issuer.instead = AWAY;
    const { keys, clock, log } = keysOf(issuer, {});
    await expect(takes(keys, key)).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterMs: 2000 } });
    await clock.pass(1999);
    await expect(takes(keys, key)).rejects.toThrow(SessionFailure);
    expect(issuer.asked).toBe(1);
    await clock.pass(1);
    await expect(takes(keys, key)).rejects.toThrow(SessionFailure);
    expect(issuer.asked).toBe(2);
    issuer.instead = undefined;
    await clock.pass(2000);
    expect(await takes(keys, key)).toBe(true);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'the key set of AUTH_JWKS_URL fails',
      'the key set of AUTH_JWKS_URL works again',
    ]);
  });
});
