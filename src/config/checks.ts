import type { z } from 'zod';
import type { ConfigIssue } from './config-error.ts';
import { isLoopback } from './loopback.ts';
import { missingForTravelTimes } from './travel-times.ts';
import { ENVIRONMENT, type Environment } from './variables.ts';

/** A rule about variables that depend on each other; null when they agree, or when one is already wrong on its own. */
type Check = (given: unknown) => ConfigIssue | null;

/** `problem` says what is wrong and what is allowed. */
function check<Part extends z.ZodObject>(part: Part, problem: (values: z.output<Part>) => string | null): Check {
  return (given) => {
    const read = part.safeParse(given);
    const message = read.success ? problem(read.data) : null;
    return message === null ? null : { variables: Object.keys(part.shape), message };
  };
}

const NO_TOKENS = 'no token is asked for, so nothing would be checked; set AUTH_JWT_SECRET or AUTH_JWKS_URL as well';

const CHECKS: readonly Check[] = [
  check(ENVIRONMENT.pick({ HOST: true, AUTH_JWT_SECRET: true, AUTH_JWKS_URL: true }), (values) =>
    isLoopback(values.HOST) || hasAuthentication(values)
      ? null
      : `${values.HOST} is not a loopback address, and without authentication whoever reaches it could read the data` +
        ' of every parent; set AUTH_JWT_SECRET or AUTH_JWKS_URL, or HOST=127.0.0.1',
  ),
  check(ENVIRONMENT.pick({ AUTH_JWT_SECRET: true, AUTH_JWKS_URL: true }), (values) =>
    values.AUTH_JWT_SECRET !== null && values.AUTH_JWKS_URL !== null
      ? 'both are set, so it would not be clear which tokens hold; set one of them'
      : null,
  ),
  check(ENVIRONMENT.pick({ AUTH_ISSUER: true, AUTH_JWT_SECRET: true, AUTH_JWKS_URL: true }), (values) =>
    values.AUTH_ISSUER !== null && !hasAuthentication(values) ? NO_TOKENS : null,
  ),
  check(ENVIRONMENT.pick({ AUTH_AUDIENCE: true, AUTH_JWT_SECRET: true, AUTH_JWKS_URL: true }), (values) =>
    values.AUTH_AUDIENCE !== null && !hasAuthentication(values) ? NO_TOKENS : null,
  ),
  check(ENVIRONMENT.pick({ CORS_ORIGINS: true, AUTH_JWT_SECRET: true, AUTH_JWKS_URL: true }), (values) =>
    values.CORS_ORIGINS === '*' && hasAuthentication(values)
      ? '* would let the pages of every site use the tokens of their visitors; with authentication name the origins'
      : null,
  ),
  check(ENVIRONMENT.pick({ HEARTBEAT_MS: true, LEASE_MS: true }), (values) =>
    values.HEARTBEAT_MS * 2 > values.LEASE_MS
      ? `one lost heartbeat (${values.HEARTBEAT_MS} ms) must not cost the lease (${values.LEASE_MS} ms);` +
        ' allowed: HEARTBEAT_MS at most half of LEASE_MS'
      : null,
  ),
  check(ENVIRONMENT.pick({ INTERACTION_TIMEOUT_MS: true, SESSION_MAX_MS: true }), (values) =>
    values.INTERACTION_TIMEOUT_MS > values.SESSION_MAX_MS
      ? `a question (${values.INTERACTION_TIMEOUT_MS} ms) cannot outlast its session (${values.SESSION_MAX_MS} ms);` +
        ' allowed: INTERACTION_TIMEOUT_MS at most SESSION_MAX_MS'
      : null,
  ),
  check(ENVIRONMENT.pick({ REDIS_URL: true, SESSION_RETENTION_MS: true, LOG_POLL_MS: true }), (values) =>
    values.REDIS_URL !== null && values.SESSION_RETENTION_MS < 2 * values.LOG_POLL_MS
      ? `what changed must outlast the look for it (every ${values.LOG_POLL_MS} ms);` +
        ` allowed: SESSION_RETENTION_MS (${values.SESSION_RETENTION_MS} ms) at least twice LOG_POLL_MS`
      : null,
  ),
  check(ENVIRONMENT.pick({ METRICS_PORT: true, PORT: true }), (values) =>
    values.METRICS_PORT !== null && values.METRICS_PORT !== 0 && values.METRICS_PORT === values.PORT
      ? `both are ${values.PORT}; allowed: another METRICS_PORT, or none for /metrics on PORT`
      : null,
  ),
  check(ENVIRONMENT.pick({ GEOCODER: true, MAPBOX_ACCESS_TOKEN: true }), (values) =>
    values.GEOCODER === 'mapbox' && values.MAPBOX_ACCESS_TOKEN === null
      ? 'mapbox needs MAPBOX_ACCESS_TOKEN; set it, or GEOCODER=gazetteer'
      : null,
  ),
  check(
    ENVIRONMENT.pick({
      TRAVEL_TIMES: true,
      MAPBOX_ACCESS_TOKEN: true,
      OSRM_URL_WALKING: true,
      OSRM_URL_BIKE: true,
      OSRM_URL_CAR: true,
      OTP_URL: true,
    }),
    missingForTravelTimes,
  ),
];

/** What does not go together, of the variables that are right on their own. */
export function checkTogether(given: unknown): readonly ConfigIssue[] {
  return CHECKS.map((problemOf) => problemOf(given)).filter((issue) => issue !== null);
}

/** Whether callers must show a token. */
export function hasAuthentication(values: Pick<Environment, 'AUTH_JWT_SECRET' | 'AUTH_JWKS_URL'>): boolean {
  return values.AUTH_JWT_SECRET !== null || values.AUTH_JWKS_URL !== null;
}
