import { existsSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { ENVIRONMENT } from '../../src/config/variables.ts';
import { BODY_LIMIT_BYTES } from '../../src/http/body.ts';
import { canStart } from '../support/services/bring-program.ts';
import { startRedis } from '../support/services/redis.ts';
import { readDockerfile, saidBy, variablesOf } from './dockerfile.ts';

/** What is mounted, in either of Compose's forms. */
type Volume = string | { readonly source: string; readonly bind?: { readonly create_host_path?: boolean } };

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly pull_policy?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly Volume[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

const text = readFileSync('compose.yaml', 'utf8');
const { services, networks } = parse(text, { merge: true }) as Compose;
const instances = Object.entries(services).filter(([, service]) => service.image === 'matching-stream');
const nginxConf = readFileSync('deploy/nginx.conf', 'utf8');
const image = readDockerfile('Dockerfile').at(-1) ?? [];

function isInstance(name: string): boolean {
  return instances.some(([known]) => known === name);
}

/** What a person fills in. */
const SECRETS: Readonly<Record<string, string>> = {
  TLS_DIR: '/tls',
  AUTH_JWT_SECRET: 'a secret of more than thirty-two bytes',
  POSTGRES_PASSWORD: 'pg',
  REDIS_PASSWORD: 'redis',
};

/** `${NAME:?…}` and `${NAME:-}` as Compose fills them in. */
function filled(value: string, given = SECRETS): string {
  return value.replaceAll(/\$\{(\w+):[?-][^}]*\}/gu, (_, name: string) => given[name] ?? '');
}

/** The environment that an instance sees. */
function environmentOf({ environment = {} }: Service, given = SECRETS): Record<string, string> {
  const set = Object.entries(environment).map(([name, value]) => [name, filled(value, given)] as const);
  return { ...variablesOf(image), ...Object.fromEntries(set) };
}

function addressOf(name: string): string | undefined {
  const attached = services[name]?.networks;
  return attached !== undefined && 'front' in attached ? attached['front'].ipv4_address : undefined;
}

/** A time of nginx's or Compose's, such as `75s`, in ms. */
function ms(time: string | undefined): number {
  const [, count, unit] = /^(\d+)(s|m)$/u.exec(time ?? '') ?? [];
  return Number(count) * (unit === 'm' ? 60_000 : 1000);
}

function said(directive: string): string | undefined {
  return new RegExp(`^\\s*${directive} ([^;]+);`, 'mu').exec(nginxConf)?.[1];
}

describe('compose.yaml', () => {
  test('has two instances, nginx, Postgres and Redis, and shows only nginx to the outside', () => {
    expect(instances).toHaveLength(2);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['nginx', 'postgres', 'redis']));
    const published = Object.entries(services).filter(([, { ports = [] }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['nginx']);
    expect(networks['back']?.internal).toBe(true);
    for (const name of ['postgres', 'redis']) expect(services[name]?.networks).toEqual(['back']);
  });

  test('builds the image once, and takes it from nowhere else', () => {
    const [first, ...others] = instances.map(([, service]) => service);
    expect(first?.build).toBe('.');
    for (const other of others) expect(other).toMatchObject({ pull_policy: 'never' });
    expect(others.filter(({ build }) => build !== undefined)).toEqual([]);
  });

  test.each(Object.keys(services))('gives %s no rights and nothing to write to, and looks after its health', (name) => {
    const service = services[name];
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    const user = service?.user ?? (isInstance(name) ? saidBy(image, 'USER')[0] : undefined);
    expect(user).toMatch(/^(?:node|[1-9]\d*:[1-9]\d*)$/u);
    expect(service?.healthcheck ?? (isInstance(name) && saidBy(image, 'HEALTHCHECK')[0])).toBeTruthy();
    for (const { condition } of Object.values(service?.depends_on ?? {})) expect(condition).toBe('service_healthy');
  });

  test.each(instances)('sets %s to what the service knows and takes', (_, service) => {
    expect(Object.keys(service.environment ?? {}).filter((name) => !(name in ENVIRONMENT.shape))).toEqual([]);
    const config = loadConfig(environmentOf(service));
    expect(config).toMatchObject({ host: '0.0.0.0', introspection: false, auth: { kind: 'secret' } });
    expect(config.database).toMatchObject({ url: 'postgres://matching:pg@postgres:5432/matching', demoData: false });
    expect(config.redis.url).toBe('redis://:redis@redis:6379');
    expect(config.trustProxy).toEqual([addressOf('nginx')]);
    expect(ms(service.stop_grace_period)).toBeGreaterThan(config.times.drainMs);
    expect(service.init).toBe(true);
    expect(() => loadConfig(environmentOf(service, { ...SECRETS, AUTH_JWT_SECRET: '' }))).toThrow(ConfigError);
  });

  test('asks for what deploy/.env.example lists, and refuses to start without each secret', () => {
    const asked = [...text.matchAll(/\$\{(\w+):([?-])/gu)];
    const listed = [...readFileSync('deploy/.env.example', 'utf8').matchAll(/^(\w+)=(.*)$/gmu)];
    expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(listed.map(([, name]) => name)));
    expect(listed.map(([, , value]) => value).join('')).toBe('');
    const needed = new Set(asked.filter(([, , sign]) => sign === '?').map(([, name]) => name));
    expect(needed).toEqual(new Set(Object.keys(SECRETS)));
  });

  test('mounts files that are there', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.flatMap((one) => (typeof one === 'string' ? [one.split(':')[0] ?? ''] : [])),
    );
    const files = mounted.filter((path) => path.startsWith('./'));
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('makes no empty folder where the certificate is to be', () => {
    const tls = services['nginx']?.volumes?.find((one) => typeof one !== 'string' && one.source.includes('TLS_DIR'));
    expect(tls).toMatchObject({ type: 'bind', read_only: true, bind: { create_host_path: false } });
  });
});

describe('deploy/nginx.conf', () => {
  test('knows the instances by their addresses, and again for when none is taken for alive', () => {
    const port = variablesOf(image)['PORT'];
    const servers = [...nginxConf.matchAll(/^\s+server (\S+:\d+) (.*);/gmu)];
    const those = (backup: boolean): readonly unknown[] =>
      servers.filter(([, , how = '']) => how.startsWith('backup') === backup).map(([, server]) => server);
    const addresses = instances.map(([name]) => `${addressOf(name)}:${port}`);
    expect(those(false)).toEqual(addresses);
    expect(those(true)).toEqual(addresses);
  });

  test('waits longer than a stream is ever silent, and after a reload longer than a session lives', () => {
    const longest = (keepalive: number) => ENVIRONMENT.shape.KEEPALIVE_MS.safeParse(String(keepalive)).success;
    expect(longest(ms(said('proxy_read_timeout')))).toBe(false);
    expect(ms(said('proxy_read_timeout'))).toBeGreaterThan(60_000);
    const { sessionMaxMs } = loadConfig({}).times;
    expect(ms(said('worker_shutdown_timeout'))).toBeGreaterThan(sessionMaxMs);
  });

  test('lets the service itself refuse a body, and holds none back on a disk', () => {
    const size = said('client_max_body_size');
    expect(Number(size?.replace('k', '')) * 1024).toBeGreaterThan(BODY_LIMIT_BYTES);
    expect(said('client_body_buffer_size')).toBe(size);
  });
});

describe.runIf(canStart('redis'))('deploy/redis.conf', () => {
  test('is taken by Redis, and makes it what sessions need', async () => {
    const lines = [...readFileSync('deploy/redis.conf', 'utf8').matchAll(/^([a-z]\S*) (.*)$/gmu)];
    const settings = Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value.replace('""', '')]));
    await using server = await startRedis({ settings });
    const redis = new Redis(server.url);
    const wanted = {
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      'slowlog-max-len': '0',
    };
    for (const [name, value] of Object.entries(wanted)) expect(await redis.config('GET', name)).toEqual([name, value]);
    redis.disconnect();
  });
});
