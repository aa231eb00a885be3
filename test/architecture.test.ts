import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

/**
 * Imports go down only. A layer may import from those below it and from itself; parts that stand beside each other on
 * one layer do not know each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['main'],
  ['app'],
  ['metrics'],
  ['http'],
  ['schema', 'rest'],
  ['session'],
  ['pipeline'],
  ['db', 'geo'],
  ['redis', 'outage'],
  ['config', 'client', 'errors', 'log', 'clock', 'come-back', 'caller'],
  ['rest-protocol', 'descriptions'],
  ['protocol'],
];

/** Packages that only these files may name: what is behind them can be exchanged there. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  pg: /^db\/database\.ts$/,
  '@electric-sql/pglite': /^db\/database\.ts$/,
  ioredis: /^(redis\/[\w-]+|session\/redis-[\w-]+)\.ts$/,
  'graphql-redis-subscriptions': /^session\/redis-doorbell\.ts$/,
  'graphql-subscriptions': /^session\/redis-doorbell\.ts$/,
  kysely: /^db\//,
  graphql: /^(schema|http)\//,
  'graphql-yoga': /^http\//,
  '@graphql-yoga/render-graphiql': /^http\//,
  'graphql-sse': /^http\//,
  '@pothos/core': /^schema\//,
  opening_hours: /^pipeline\/preferences\/care-hours\//,
  'prom-client': /^metrics\//,
  pino: /^http\/logger\.ts$/,
  jose: /^http\/authentication\//,
  cors: /^http\/origins\.ts$/,
  helmet: /^http\/security-headers\.ts$/,
  'proxy-addr': /^http\/client-address\.ts$/,
  'rate-limiter-flexible': /^http\/caller-limits\.ts$/,
  cockatiel: /^geo\/http/,
  fastify: /^rest\//,
  '@fastify/swagger': /^rest\//,
  '@fastify/swagger-ui': /^rest\//,
};

/** What the two faces may know of sessions: the one door, and what checks what is given there. */
const DOOR: Readonly<Record<string, RegExp>> = {
  'session/session-service.ts': /^(SessionService|FollowedSession|RespondRequest)$/,
  'session/session-input.ts': /^startInput$/,
  'session/tickets.ts': /^Tickets$/,
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
  /** Null where they are not said: all of it is taken. */
  readonly names: readonly string[] | null;
}

const files = globSync('src/**/*.ts').map((path) => posix.relative('src', path.replaceAll('\\', '/')));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(`src/${file}`, 'utf8');
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse`);
  const fixed = module.staticImports.map(({ moduleRequest, entries }) => ({
    file,
    from: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    names: namesOf(entries.map(({ importName }) => importName)),
  }));
  const passedOn = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType, importName }) =>
      moduleRequest ? [{ file, from: moduleRequest.value, typeOnly: isType, names: namesOf([importName]) }] : [],
    );
  const late = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    file,
    from: text.slice(start + 1, end - 1),
    typeOnly: false,
    names: null,
  }));
  return [...fixed, ...passedOn, ...late];
}

function namesOf(taken: readonly { readonly name: string | null }[]): readonly string[] | null {
  const names = taken.flatMap(({ name }) => (name === null ? [] : [name]));
  return names.length === taken.length ? names : null;
}

/** The part of the source tree that a file belongs to: its folder, or its own name at the top. */
function partOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function layerOf(part: string): number {
  return LAYERS.findIndex((layer) => layer.includes(part));
}

const local = imports
  .filter(({ from }) => from.startsWith('.'))
  .map((one) => ({ ...one, to: posix.join(posix.dirname(one.file), one.from) }));

const PROTOCOLS: ReadonlySet<string> = new Set(['protocol.ts', 'rest-protocol.ts']);

function isWithinClient(file: string, from: string): boolean {
  return from.startsWith('.') && partOf(posix.join(posix.dirname(file), from)) === 'client';
}

function mayImport(file: string, to: string): boolean {
  const [part, target] = [partOf(file), partOf(to)];
  if (part === target) return true;
  return layerOf(target) > layerOf(part);
}

describe('the source tree', () => {
  test('has imports, and a layer for every part', () => {
    expect(local.length).toBeGreaterThan(100);
    expect(files.map(partOf).filter((part) => layerOf(part) === -1)).toEqual([]);
  });

  test('imports downwards only', () => {
    const upwards = local.filter(({ file, to }) => !mayImport(file, to)).map(({ file, to }) => `${file} -> ${to}`);
    expect(upwards).toEqual([]);
  });

  test('stands on its own: nothing is imported from outside src', () => {
    expect(local.filter(({ to }) => to.startsWith('..')).map(({ file, to }) => `${file} -> ${to}`)).toEqual([]);
  });

  test('names the packages behind a seam in one place each', () => {
    const outside = imports.filter(({ file, from }) => {
      const place = Object.entries(ONLY_IN).find(([name]) => from === name || from.startsWith(`${name}/`))?.[1];
      return place !== undefined && !place.test(file);
    });
    expect(outside.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
  });

  test('lets the session know of the pipeline, which is handed in, only what a run may ask', () => {
    const known = local.filter(({ file, to }) => partOf(file) === 'session' && partOf(to) === 'pipeline');
    expect(new Set(known.map(({ to }) => to))).toEqual(new Set(['pipeline/run-context.ts']));
  });

  test('lets both faces know of sessions by one door: the service, and the fields of its input', () => {
    const known = local.filter(({ file, to }) => /^(rest|schema)\//.test(file) && partOf(to) === 'session');
    expect(new Set(known.map(({ file }) => partOf(file)))).toEqual(new Set(['rest', 'schema']));
    const past = known.filter(({ to, names }) => !(names?.every((name) => DOOR[to]?.test(name)) ?? false));
    expect(past.map(({ file, to, names }) => `${file} -> ${to} (${names?.join(', ') ?? '*'})`)).toEqual([]);
  });

  test('has a client that takes types from the two protocols and nothing else, but for its terminal', () => {
    const taken = imports.filter(({ file, from }) => partOf(file) === 'client' && !isWithinClient(file, from));
    const others = taken.filter(({ from, typeOnly }) => !(typeOnly && PROTOCOLS.has(posix.basename(from))));
    expect(others.map(({ file, from }) => `${file} -> ${from}`)).toEqual([
      'client/terminal/prompt.ts -> node:readline',
    ]);
  });

  test('names no package that package.json does not', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    const builtin = new Set(builtinModules);
    const packages = imports
      .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:') && !builtin.has(from))
      .map(({ from }) =>
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect([...new Set(packages)].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env/.test(readFileSync(`src/${file}`, 'utf8')));
    expect(readers).toEqual(['main.ts']);
  });

  test('holds a clock, so that logic looks at none of its own', () => {
    const lookers = files.filter((file) =>
      /Date\.now\(\)|Math\.random\(\)|setTimeout\(/.test(readFileSync(`src/${file}`, 'utf8')),
    );
    // The client, which imports nothing of the server, has one of its own.
    expect(lookers.toSorted()).toEqual(['client/client-clock.ts', 'clock.ts', 'main.ts']);
  });
});
