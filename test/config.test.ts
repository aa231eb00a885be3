import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ABOUT_VARIABLES, ENVIRONMENT } from '../src/config/variables.ts';
import { ConfigError, loadConfig } from '../src/config.ts';

const SECRET = 'a secret that has thirty-two bytes and more';

describe('the defaults', () => {
  test('an empty environment is a loopback instance with PGlite, memory, gazetteer and estimates', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8001,
      metricsPort: null,
      trustProxy: [],
      corsOrigins: [],
      introspection: true,
      logLevel: 'info',
      auth: null,
      database: { url: null, dataDir: '.data', demoData: true },
      redis: { url: null, keyPrefix: 'matching:' },
      geocoder: 'gazetteer',
      travelTimes: { walking: 'estimate', bike: 'estimate', public_transport: 'estimate', car: 'estimate' },
      mapbox: {
        accessToken: null,
        baseUrl: 'https://api.mapbox.com',
        ratePerSecond: 10,
        monthlyLimit: 100_000,
        timeoutMs: 10_000,
        matrixPerMinute: 60,
      },
      osrmUrls: { walking: null, bike: null, car: null },
      otpUrl: null,
      arriveBy: { hour: 8, minute: 30 },
      timeZone: 'Europe/Berlin',
      times: {
        interactionTimeoutMs: 300_000,
        sessionRetentionMs: 300_000,
        sessionMaxMs: 1_800_000,
        keepaliveMs: 30_000,
        heartbeatMs: 2_000,
        leaseMs: 10_000,
        logPollMs: 5_000,
        drainMs: 10_000,
        writeStallMs: 30_000,
      },
      limits: {
        startsPerMinute: 60,
        responsesPerMinute: 120,
        readsPerMinute: 600,
        wrongAnswersPerQuestion: 10,
        streamsPerAccount: 50,
        streams: 20_000,
      },
    });
  });

  test('an empty text counts as not set', () => {
    const empty = Object.fromEntries(Object.keys(ENVIRONMENT.shape).map((name) => [name, '']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  test('the result cannot be changed, in no part of it', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.mapbox)).toBe(true);
    expect(Object.isFrozen(config.corsOrigins)).toBe(true);
  });

  test('with DATABASE_URL there is no demo data unless it is asked for', () => {
    const url = 'postgres://matching@db/matching';
    expect(loadConfig({ DATABASE_URL: url }).database.demoData).toBe(false);
    expect(loadConfig({ DATABASE_URL: url, DEMO_DATA: 'true' }).database.demoData).toBe(true);
  });

  test('with authentication introspection is off unless it is asked for', () => {
    expect(loadConfig({ AUTH_JWT_SECRET: SECRET }).introspection).toBe(false);
    expect(loadConfig({ AUTH_JWT_SECRET: SECRET, GRAPHQL_INTROSPECTION: 'true' }).introspection).toBe(true);
  });

  test('a Mapbox token switches geocoding and the modes that Mapbox knows to it', () => {
    const config = loadConfig({ MAPBOX_ACCESS_TOKEN: 'pk.token' });
    expect(config.geocoder).toBe('mapbox');
    expect(config.travelTimes).toEqual({
      walking: 'mapbox',
      bike: 'mapbox',
      public_transport: 'estimate',
      car: 'mapbox',
    });
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');

  test('lists exactly the variables that are read, with their defaults and their meaning', () => {
    const blocks = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
      const about = ABOUT_VARIABLES.get(schema);
      return `# ${about?.meaning}\n${name}=${about?.default}\n`;
    });
    expect(text.split('\n\n').slice(1).join('\n\n')).toBe(blocks.join('\n'));
  });

  test('changes nothing when it is used as it is', () => {
    expect(loadConfig(parseEnv(text))).toEqual(loadConfig({}));
  });
});

describe('what is set', () => {
  test('origins, addresses and modes are lists', () => {
    const config = loadConfig({
      AUTH_JWKS_URL: 'https://login.example/keys/',
      CORS_ORIGINS: 'https://example.org, http://localhost:3000',
      TRUST_PROXY: '10.0.0.0/8, 2001:db8::/32,192.0.2.1',
      TRAVEL_TIMES: 'walking=osrm, public_transport=otp',
      OSRM_URL_WALKING: 'http://osrm:5000',
      OTP_URL: 'http://otp:8080',
    });
    expect(config.auth).toEqual({
      kind: 'key_set',
      url: 'https://login.example/keys/',
      issuer: null,
      audience: null,
    });
    expect(config.corsOrigins).toEqual(['https://example.org', 'http://localhost:3000']);
    expect(config.trustProxy).toEqual(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
    expect(config.travelTimes).toEqual({ walking: 'osrm', bike: 'estimate', public_transport: 'otp', car: 'estimate' });
  });

  test('the address of a map service loses the slashes at its end, since paths are put behind it', () => {
    const { mapbox, osrmUrls, otpUrl } = loadConfig({
      MAPBOX_BASE_URL: 'https://maps.example/',
      OSRM_URL_WALKING: 'http://osrm:5000/',
      OSRM_URL_BIKE: 'http://osrm:5001//',
      OSRM_URL_CAR: 'http://osrm/car/',
      OTP_URL: 'http://otp:8080/',
    });
    expect(mapbox.baseUrl).toBe('https://maps.example');
    expect(osrmUrls).toEqual({ walking: 'http://osrm:5000', bike: 'http://osrm:5001', car: 'http://osrm/car' });
    expect(otpUrl).toBe('http://otp:8080');
  });

  test.each(['redis://cache:6379', 'rediss://:word@cache:6380/1', 'redis+cluster://a:7000,b:7001'])(
    '%s is a Redis',
    (url) => expect(loadConfig({ REDIS_URL: url }).redis.url).toBe(url),
  );

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('%s needs no authentication', (host) => {
    expect(loadConfig({ HOST: host }).host).toBe(host);
  });

  test('any host may be listened on with authentication', () => {
    const config = loadConfig({ HOST: '0.0.0.0', AUTH_JWT_SECRET: SECRET, AUTH_ISSUER: 'login', AUTH_AUDIENCE: 'us' });
    expect(config.auth).toEqual({ kind: 'secret', secret: SECRET, issuer: 'login', audience: 'us' });
  });
});

describe('a wrong value stops the start', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80 '],
    ['PORT', '1e3'],
    ['METRICS_PORT', 'none'],
    ['DATABASE_URL', 'mysql://db/matching'],
    ['DATA_DIR', '  '],
    ['DEMO_DATA', 'yes'],
    ['REDIS_URL', 'cache:6379'],
    ['REDIS_URL', 'redis+cluster://a:7000,b'],
    ['KEY_PREFIX', 'matching {1}'],
    ['GEOCODER', 'google'],
    ['TRAVEL_TIMES', 'walking=otp'],
    ['TRAVEL_TIMES', 'flying=estimate'],
    ['TRAVEL_TIMES', 'car=estimate,car=estimate'],
    ['TRAVEL_TIMES', 'toString'],
    ['MAPBOX_BASE_URL', 'api.mapbox.com'],
    ['MAPBOX_BASE_URL', 'https://anna:secret@maps.example'],
    ['OSRM_URL_BIKE', 'http://osrm:5000/?profile=bike'],
    ['AUTH_JWKS_URL', 'https://anna:secret@id.example/keys'],
    ['MAPBOX_RATE_PER_SECOND', '0'],
    ['OTP_URL', 'ftp://otp'],
    ['ARRIVE_BY', '24:00'],
    ['ARRIVE_BY', '8:30'],
    ['TIME_ZONE', 'Europe/Atlantis'],
    ['AUTH_JWT_SECRET', 'thirty-one bytes are not enough'],
    ['AUTH_JWKS_URL', 'keys.json'],
    ['CORS_ORIGINS', 'https://example.org/'],
    ['CORS_ORIGINS', 'https://example.org,*'],
    ['CORS_ORIGINS', 'null'],
    ['KEEPALIVE_MS', '55001'],
    ['SESSION_MAX_MS', '2147483648'],
    ['HEARTBEAT_MS', '0'],
    ['RATE_READS_PER_MINUTE', '1.5'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['GRAPHQL_INTROSPECTION', '1'],
    ['LOG_LEVEL', 'loud'],
  ];

  test.each(wrong)('%s=%j', (name, value) => {
    const issues = issuesOf({ [name]: value });
    expect(issues.map(({ variables }) => variables)).toEqual([[name]]);
    expect(issues[0]?.message).toContain('; allowed: ');
  });

  test('all of them are listed at once, with what was given', () => {
    const message = messageOf({ PORT: 'x', LOG_LEVEL: 'loud', HEARTBEAT_MS: '6000' });
    expect(message).toContain('PORT: given "x"; allowed: a whole number from 0 to 65535');
    expect(message).toContain('LOG_LEVEL: given "loud"; allowed: one of fatal, error');
    expect(message).toContain('HEARTBEAT_MS, LEASE_MS: ');
  });

  test('no secret is ever shown', () => {
    const names = ['DATABASE_URL', 'REDIS_URL', 'AUTH_JWT_SECRET', 'MAPBOX_ACCESS_TOKEN', 'MAPBOX_BASE_URL'];
    const secret = fc.stringMatching(/^[a-z0-9]{12,20}$/u);
    const wrongShapes = fc.constantFrom(
      (word: string) => word,
      (word: string) => `mysql://user:${word}@db/matching`,
      (word: string) => `redis+cluster://user:${word}@a`,
      (word: string) => ` ${word}@`,
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, wrongShapes, (name, word, shape) => {
        fc.pre(name !== 'MAPBOX_BASE_URL' || shape(word).includes('@'));
        const config = { [name]: shape(word), PORT: 'x' };
        expect(messageOf(config)).not.toContain(word);
      }),
    );
  });
});

describe('settings that do not go together stop the start', () => {
  test.each<readonly [string, NodeJS.ProcessEnv, string]>([
    ['another host than loopback without authentication', { HOST: '0.0.0.0' }, 'HOST'],
    ['a host name that may be anywhere, without authentication', { HOST: 'example.org' }, 'HOST'],
    ['the unspecified address of IPv6 without authentication', { HOST: '::' }, 'HOST'],
    ['two kinds of tokens', { AUTH_JWT_SECRET: SECRET, AUTH_JWKS_URL: 'https://a.example' }, 'AUTH_JWT_SECRET'],
    ['an issuer without tokens', { AUTH_ISSUER: 'login' }, 'AUTH_ISSUER'],
    ['an audience without tokens', { AUTH_AUDIENCE: 'us' }, 'AUTH_AUDIENCE'],
    ['every origin with authentication', { CORS_ORIGINS: '*', AUTH_JWT_SECRET: SECRET }, 'CORS_ORIGINS'],
    ['a lease of less than two heartbeats', { HEARTBEAT_MS: '501', LEASE_MS: '1001' }, 'HEARTBEAT_MS'],
    ['a question that outlasts its session', { SESSION_MAX_MS: '299999' }, 'INTERACTION_TIMEOUT_MS'],
    ['one port for two servers', { PORT: '9000', METRICS_PORT: '9000' }, 'METRICS_PORT'],
    ['Mapbox as geocoder without a token', { GEOCODER: 'mapbox' }, 'GEOCODER'],
    ['Mapbox for travel times without a token', { TRAVEL_TIMES: 'mapbox' }, 'TRAVEL_TIMES'],
    ['OSRM without a server for a mode', { TRAVEL_TIMES: 'osrm', OSRM_URL_BIKE: 'http://o' }, 'TRAVEL_TIMES'],
    ['OpenTripPlanner without its server', { TRAVEL_TIMES: 'otp' }, 'TRAVEL_TIMES'],
  ])('%s', (_, env, variable) => {
    expect(issuesOf(env).map(({ variables }) => variables[0])).toEqual([variable]);
  });

  test.each<readonly [string, NodeJS.ProcessEnv]>([
    ['every origin without authentication', { CORS_ORIGINS: '*' }],
    ['a lease of two heartbeats', { HEARTBEAT_MS: '500', LEASE_MS: '1000' }],
    ['two ports that are chosen freely', { PORT: '0', METRICS_PORT: '0' }],
  ])('but not %s', (_, env) => {
    expect(() => loadConfig(env)).not.toThrow();
  });

  test('what is missing for travel times is named', () => {
    expect(messageOf({ TRAVEL_TIMES: 'osrm', OSRM_URL_BIKE: 'http://o' })).toContain(
      'it needs OSRM_URL_WALKING, OSRM_URL_CAR as well',
    );
  });

  test('a variable that is wrong on its own is not compared with others', () => {
    expect(issuesOf({ HEARTBEAT_MS: '999999', LEASE_MS: 'x' }).map(({ variables }) => variables)).toEqual([
      ['LEASE_MS'],
    ]);
  });
});

function issuesOf(env: NodeJS.ProcessEnv): ConfigError['issues'] {
  return errorOf(env)?.issues ?? [];
}

function messageOf(env: NodeJS.ProcessEnv): string {
  return errorOf(env)?.message ?? '';
}

function errorOf(env: NodeJS.ProcessEnv): ConfigError | null {
  try {
    loadConfig(env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
