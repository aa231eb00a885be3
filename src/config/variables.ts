import { z } from 'zod';
import {
  addresses,
  count,
  durationMs,
  flag,
  jwtSecret,
  oneOf,
  origins,
  port,
  redisUrl,
  serviceAddress,
  text,
  timeOfDay,
  timeZone,
  url,
  webAddress,
  wholeNumber,
} from './kinds.ts';
import { travelTimesSetting } from './travel-times-setting.ts';

export const GEOCODERS = ['mapbox', 'gazetteer'] as const;
/** Where places are looked up. */
export type GeocoderName = (typeof GEOCODERS)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** pino's levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

interface AboutVariable {
  /** As it would be written; empty where there is none or where it follows from other variables. */
  readonly default: string;
  /** One line, for people who set it. */
  readonly meaning: string;
  /** Whether the value, or a part of it such as a password, must never be shown. */
  readonly secret: boolean;
}

/** What there is to say about each variable's schema. */
export const ABOUT_VARIABLES = z.registry<AboutVariable>();

const SECRET = { secret: true };

function required<Value>(schema: z.ZodType<Value, string>, byDefault: string, meaning: string) {
  return schema.prefault(byDefault).register(ABOUT_VARIABLES, { default: byDefault, meaning, secret: false });
}

function optional<Value>(schema: z.ZodType<Value, string>, meaning: string, { secret } = { secret: false }) {
  return schema.nullable().prefault(null).register(ABOUT_VARIABLES, { default: '', meaning, secret });
}

/**
 * Proxies commonly close a connection that was silent for 60 s (nginx's `proxy_read_timeout`, for one): a keepalive
 * has to come sooner.
 */
const keepaliveMs = wholeNumber(1, 55_000);

/** Every variable that is read from the environment: the only list of them. What is not set and has no default is null. */
export const ENVIRONMENT = z.object({
  HOST: required(
    text('an address or a host name'),
    '127.0.0.1',
    'The address to listen on; anything but loopback needs authentication.',
  ),
  PORT: required(port, '8001', 'The port to listen on; 0 takes a free one and says which.'),
  DATABASE_URL: optional(
    url(['postgres:', 'postgresql:'], 'postgres://user:password@host:port/database'),
    'Postgres; without it PGlite in DATA_DIR.',
    SECRET,
  ),
  DATA_DIR: required(text('a folder, or memory'), '.data', 'The folder of PGlite; `memory` keeps nothing.'),
  DEMO_DATA: optional(
    flag,
    'Whether to load the demo data into an empty database; true without DATABASE_URL, else false.',
  ),
  REDIS_URL: optional(
    redisUrl,
    'Redis (redis://, rediss://, redis+cluster://host:port,host:port); without it sessions live in memory.',
    SECRET,
  ),
  KEY_PREFIX: required(
    z.string().regex(/^[^\s{}]+$/u, 'a text without blanks and braces'),
    'matching:',
    'Before every Redis key and channel.',
  ),
  GEOCODER: optional(
    oneOf(GEOCODERS),
    'Where places are looked up: mapbox, or gazetteer (the offline list); mapbox with a token, else gazetteer.',
  ),
  TRAVEL_TIMES: optional(
    travelTimesSetting,
    'estimate, mapbox, osrm or otp, or a list by mode such as walking=osrm,car=mapbox; mapbox with a token, else estimate.',
  ),
  MAPBOX_ACCESS_TOKEN: optional(text('a token'), 'The access token of Mapbox.', SECRET),
  MAPBOX_BASE_URL: required(serviceAddress, 'https://api.mapbox.com', 'Where Mapbox answers.'),
  MAPBOX_RATE_PER_SECOND: required(
    count,
    '10',
    'Geocoding requests in any sliding second, over all instances together.',
  ),
  MAPBOX_MONTHLY_LIMIT: required(count, '100000', 'Geocoding requests a month, over all instances together.'),
  MAPBOX_TIMEOUT_MS: required(durationMs, '10000', 'How long to wait for an answer of Mapbox.'),
  MAPBOX_MATRIX_PER_MINUTE: required(
    count,
    '60',
    'Matrix requests in any sliding minute, over all instances together.',
  ),
  OSRM_URL_WALKING: optional(serviceAddress, 'The OSRM server for walking.'),
  OSRM_URL_BIKE: optional(serviceAddress, 'The OSRM server for cycling.'),
  OSRM_URL_CAR: optional(serviceAddress, 'The OSRM server for driving.'),
  OTP_URL: optional(serviceAddress, 'The OpenTripPlanner 2 server for public transport.'),
  ARRIVE_BY: required(
    timeOfDay,
    '08:30',
    'The arrival time that OpenTripPlanner plans public transport for, on the next day from Monday to Friday.',
  ),
  TIME_ZONE: required(timeZone, 'Europe/Berlin', 'The time zone of ARRIVE_BY.'),
  AUTH_JWT_SECRET: optional(
    jwtSecret,
    'The secret of HS256 tokens, 32 bytes or more; with neither this nor AUTH_JWKS_URL nobody is asked for a token.',
    SECRET,
  ),
  AUTH_JWKS_URL: optional(webAddress, 'The key set of the tokens, instead of AUTH_JWT_SECRET.'),
  AUTH_ISSUER: optional(text('a text'), 'The issuer that a token must name.'),
  AUTH_AUDIENCE: optional(text('a text'), 'The audience that a token must name.'),
  CORS_ORIGINS: optional(
    origins,
    'Exact origins of other sites whose pages may call, between commas; * only without authentication.',
  ),
  INTERACTION_TIMEOUT_MS: required(durationMs, '300000', 'How long a question waits for its answer.'),
  SESSION_RETENTION_MS: required(durationMs, '300000', 'How long a session is kept after its end.'),
  SESSION_MAX_MS: required(durationMs, '1800000', 'The longest life of a session.'),
  KEEPALIVE_MS: required(keepaliveMs, '30000', 'How often a silent stream says that it is alive.'),
  HEARTBEAT_MS: required(durationMs, '2000', 'How often an instance says that it is alive.'),
  LEASE_MS: required(
    durationMs,
    '10000',
    'How long an instance may be silent before others take its sessions; two heartbeats or more.',
  ),
  LOG_POLL_MS: required(durationMs, '5000', 'How often Redis is polled for changes whose pub/sub message was lost.'),
  DRAIN_MS: required(durationMs, '10000', 'The longest that a stop by SIGTERM or SIGINT may take.'),
  WRITE_STALL_MS: required(
    durationMs,
    '30000',
    'How long the reader of a stream may take nothing before it is cut; of other answers ten times that.',
  ),
  RATE_STARTS_PER_MINUTE: required(
    count,
    '60',
    'Sessions that an account may start (an address, without authentication).',
  ),
  RATE_RESPONSES_PER_MINUTE: required(count, '120', 'Answers that an account may send.'),
  RATE_READS_PER_MINUTE: required(
    count,
    '600',
    'Everything else that an account may ask for: status, attaching, tickets, cancels.',
  ),
  WRONG_ANSWERS_PER_QUESTION: required(count, '10', 'Answers that do not fit, for one question.'),
  TRUST_PROXY: required(
    addresses,
    'false',
    'Addresses and prefixes, between commas, whose X-Forwarded-For is believed.',
  ),
  MAX_STREAMS_PER_ACCOUNT: required(count, '50', 'Open streams of one account, over all instances.'),
  MAX_STREAMS: required(count, '20000', 'Open streams of this instance.'),
  GRAPHQL_INTROSPECTION: optional(
    flag,
    'Whether introspection and GraphiQL are served; true without authentication, else false.',
  ),
  METRICS_PORT: optional(
    port,
    'A port of its own for /metrics; without it they are on PORT, for loopback callers only.',
  ),
  LOG_LEVEL: required(oneOf(LOG_LEVELS), 'info', 'fatal, error, warn, info, debug, trace or silent.'),
});

/** The value of each variable. */
export type Environment = z.output<typeof ENVIRONMENT>;
export type VariableName = keyof Environment;
