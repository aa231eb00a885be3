import { createSecretKey } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../../clock.ts';
import type { AuthConfig } from '../../config.ts';
import { SessionFailure } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Identity } from './identity.ts';
import { createKeySet } from './key-set.ts';
import { NotAuthenticated, type NotAuthenticatedReason } from './not-authenticated.ts';

/** Whose a token is. Rejects with NotAuthenticated, or with SessionFailure unavailable where that cannot be found out. */
export type TokenCheck = (token: string) => Promise<Identity>;

interface TokenCheckOptions {
  readonly auth: AuthConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What a key set may sign with. None with a shared secret: a public key would be one that everybody knows (RFC 8725,
 * section 3.1).
 */
const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** How far the clock of whoever issues tokens may be ahead, in seconds. */
const CLOCK_TOLERANCE_S = 5;

const LONGEST_ACCOUNT = 255;

/**
 * Checks tokens as the configuration says: the signature by its one kind of algorithm, issuer and audience where they are
 * set, that it has begun to hold, and that it has not expired. The account is its `sub`.
 */
export function createTokenCheck({ auth, clock, log }: TokenCheckOptions): TokenCheck {
  const verify = verifierOf(auth, { clock, log });
  const claims: JWTVerifyOptions = {
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(auth.issuer === null ? {} : { issuer: auth.issuer }),
    ...(auth.audience === null ? {} : { audience: auth.audience }),
  };
  return async (token) => {
    const now = clock.now();
    try {
      return identityOf(await verify(token, { ...claims, currentDate: new Date(now) }), now);
    } catch (error) {
      if (error instanceof SessionFailure || error instanceof NotAuthenticated) throw error;
      throw new NotAuthenticated(reasonOf(error));
    }
  };
}

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

function verifierOf(auth: AuthConfig, { clock, log }: Omit<TokenCheckOptions, 'auth'>): Verify {
  if (auth.kind === 'secret') {
    const secret = createSecretKey(Buffer.from(auth.secret));
    return async (token, options) => (await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] })).payload;
  }
  const keys: JWTVerifyGetKey = createKeySet({ url: auth.url, clock, log });
  return async (token, options) => (await jwtVerify(token, keys, { ...options, algorithms: ASYMMETRIC })).payload;
}

function identityOf({ sub, exp }: JWTPayload, now: number): Identity {
  const expiresAt = Math.floor(Number(exp) * 1000);
  if (!Number.isSafeInteger(expiresAt)) throw new NotAuthenticated('claims');
  // The tolerance is for tokens that were issued just now. Of one that has expired nothing is served, be it by a second:
  // a stream ends then too.
  if (expiresAt <= now) throw new NotAuthenticated('expired');
  if (!isAccount(sub)) throw new NotAuthenticated('account');
  return { account: sub, expiresAt };
}

/** Whether this may be an account: 1 to 255 UTF-16 units of well-formed text without control characters. */
function isAccount(sub: unknown): sub is string {
  return (
    typeof sub === 'string' &&
    sub.length > 0 &&
    sub.length <= LONGEST_ACCOUNT &&
    sub.isWellFormed() &&
    !/\p{Cc}/u.test(sub)
  );
}

const REASON_OF_CODE: Readonly<Record<string, NotAuthenticatedReason>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWKSNoMatchingKey.code]: 'key',
  [errors.JWKSMultipleMatchingKeys.code]: 'key',
};

const REASON_OF_CLAIM: Readonly<Record<string, NotAuthenticatedReason>> = {
  nbf: 'early',
  iss: 'issuer',
  aud: 'audience',
  sub: 'account',
};

function reasonOf(error: unknown): NotAuthenticatedReason {
  if (error instanceof errors.JWTClaimValidationFailed) return REASON_OF_CLAIM[error.claim] ?? 'claims';
  // What is none of the library's own errors comes from a key that fits, and cannot be used.
  return error instanceof errors.JOSEError ? (REASON_OF_CODE[error.code] ?? 'malformed') : 'key';
}
