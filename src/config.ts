import { hasAuthentication } from './config/checks.ts';
import type { TimeOfDay } from './config/kinds.ts';
import { readEnvironment } from './config/read-environment.ts';
import type { TravelTimesByMode } from './config/travel-times-setting.ts';
import { type OsrmMode, travelTimesByMode } from './config/travel-times.ts';
import type { Environment, GeocoderName, LogLevel } from './config/variables.ts';

export { ConfigError } from './config/config-error.ts';
export type { TimeOfDay } from './config/kinds.ts';
export type { TravelTimesByMode, TravelTimesName } from './config/travel-times-setting.ts';
export type { OsrmMode } from './config/travel-times.ts';
export type { GeocoderName, LogLevel } from './config/variables.ts';

/** How tokens are checked. */
export type AuthConfig = {
  /** The issuer that a token must name; null: any. */
  readonly issuer: string | null;
  /** The audience that a token must name; null: any. */
  readonly audience: string | null;
} & ({ readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'key_set'; readonly url: string });

export interface MapboxConfig {
  readonly accessToken: string | null;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly ratePerSecond: number;
  readonly monthlyLimit: number;
  readonly timeoutMs: number;
  readonly matrixPerMinute: number;
}

/** All in milliseconds. */
export interface TimesConfig {
  readonly interactionTimeoutMs: number;
  readonly sessionRetentionMs: number;
  readonly sessionMaxMs: number;
  readonly keepaliveMs: number;
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly logPollMs: number;
  readonly drainMs: number;
  readonly writeStallMs: number;
}

export interface LimitsConfig {
  readonly startsPerMinute: number;
  readonly responsesPerMinute: number;
  readonly readsPerMinute: number;
  readonly wrongAnswersPerQuestion: number;
  readonly streamsPerAccount: number;
  readonly streams: number;
}

/** The settings of one instance, checked and frozen. Null stands for what is not set. */
export interface Config {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Null: /metrics is on the main port. */
  readonly metricsPort: number | null;
  /** Addresses and prefixes; none: X-Forwarded-For is not believed. */
  readonly trustProxy: readonly string[];
  /** None: pages of the same origin only. */
  readonly corsOrigins: '*' | readonly string[];
  readonly introspection: boolean;
  readonly logLevel: LogLevel;
  /** Null: no token is asked for, and every caller is the account `demo`. */
  readonly auth: AuthConfig | null;
  readonly database: {
    /** Null: PGlite in `dataDir`. */
    readonly url: string | null;
    /** `memory` keeps nothing. */
    readonly dataDir: string;
    /** Whether to load the demo data into an empty database. */
    readonly demoData: boolean;
  };
  readonly redis: {
    /** Null: sessions live in memory. */
    readonly url: string | null;
    readonly keyPrefix: string;
  };
  readonly geocoder: GeocoderName;
  readonly travelTimes: TravelTimesByMode;
  readonly mapbox: MapboxConfig;
  readonly osrmUrls: Readonly<Record<OsrmMode, string | null>>;
  readonly otpUrl: string | null;
  /** When travel times that depend on the clock arrive, in `timeZone`. */
  readonly arriveBy: TimeOfDay;
  /** A name of the IANA database. */
  readonly timeZone: string;
  readonly times: TimesConfig;
  readonly limits: LimitsConfig;
}

/**
 * Reads the environment. Throws ConfigError with everything that is wrong in it: the variable, what was given (never a
 * secret) and what is allowed.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return deepFreeze(configOf(readEnvironment(env)));
}

function configOf(values: Environment): Config {
  return {
    host: values.HOST,
    port: values.PORT,
    metricsPort: values.METRICS_PORT,
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS ?? [],
    introspection: values.GRAPHQL_INTROSPECTION ?? !hasAuthentication(values),
    logLevel: values.LOG_LEVEL,
    auth: authOf(values),
    database: {
      url: values.DATABASE_URL,
      dataDir: values.DATA_DIR,
      demoData: values.DEMO_DATA ?? values.DATABASE_URL === null,
    },
    redis: { url: values.REDIS_URL, keyPrefix: values.KEY_PREFIX },
    geocoder: values.GEOCODER ?? (values.MAPBOX_ACCESS_TOKEN === null ? 'gazetteer' : 'mapbox'),
    travelTimes: travelTimesByMode(values),
    mapbox: mapboxOf(values),
    osrmUrls: { walking: values.OSRM_URL_WALKING, bike: values.OSRM_URL_BIKE, car: values.OSRM_URL_CAR },
    otpUrl: values.OTP_URL,
    arriveBy: values.ARRIVE_BY,
    timeZone: values.TIME_ZONE,
    times: timesOf(values),
    limits: limitsOf(values),
  };
}

function authOf(values: Environment): AuthConfig | null {
  const claims = { issuer: values.AUTH_ISSUER, audience: values.AUTH_AUDIENCE };
  if (values.AUTH_JWT_SECRET !== null) return { kind: 'secret', secret: values.AUTH_JWT_SECRET, ...claims };
  if (values.AUTH_JWKS_URL !== null) return { kind: 'key_set', url: values.AUTH_JWKS_URL, ...claims };
  return null;
}

function mapboxOf(values: Environment): MapboxConfig {
  return {
    accessToken: values.MAPBOX_ACCESS_TOKEN,
    baseUrl: values.MAPBOX_BASE_URL,
    ratePerSecond: values.MAPBOX_RATE_PER_SECOND,
    monthlyLimit: values.MAPBOX_MONTHLY_LIMIT,
    timeoutMs: values.MAPBOX_TIMEOUT_MS,
    matrixPerMinute: values.MAPBOX_MATRIX_PER_MINUTE,
  };
}

function timesOf(values: Environment): TimesConfig {
  return {
    interactionTimeoutMs: values.INTERACTION_TIMEOUT_MS,
    sessionRetentionMs: values.SESSION_RETENTION_MS,
    sessionMaxMs: values.SESSION_MAX_MS,
    keepaliveMs: values.KEEPALIVE_MS,
    heartbeatMs: values.HEARTBEAT_MS,
    leaseMs: values.LEASE_MS,
    logPollMs: values.LOG_POLL_MS,
    drainMs: values.DRAIN_MS,
    writeStallMs: values.WRITE_STALL_MS,
  };
}

function limitsOf(values: Environment): LimitsConfig {
  return {
    startsPerMinute: values.RATE_STARTS_PER_MINUTE,
    responsesPerMinute: values.RATE_RESPONSES_PER_MINUTE,
    readsPerMinute: values.RATE_READS_PER_MINUTE,
    wrongAnswersPerQuestion: values.WRONG_ANSWERS_PER_QUESTION,
    streamsPerAccount: values.MAX_STREAMS_PER_ACCOUNT,
    streams: values.MAX_STREAMS,
  };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
