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
  ['http'],
  ['schema', 'rest'],
  ['session'],
  ['pipeline'],
  ['db', 'geo'],
  ['config', 'client', 'errors', 'log', 'clock'],
  ['rest-protocol'],
  ['protocol'],
];

/** Packages that only these files may name: what is behind them can be exchanged there. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  pg: /^db\/database\.ts$/,
  '@electric-sql/pglite': /^db\/database\.ts$/,
  ioredis: /^(session\/redis-[\w-]+|app)\.ts$/,
  'graphql-redis-subscriptions': /^session\/redis-doorbell\.ts$/,
  'graphql-subscriptions': /^session\/redis-doorbell\.ts$/,
  kysely: /^db\//,
  graphql: /^(schema|http)\//,
  'graphql-yoga': /^http\//,
  '@graphql-yoga/render-graphiql': /^http\//,
  'graphql-sse': /^http\//,
  '@pothos/core': /^schema\//,
  opening_hours: /^pipeline\/preferences\/care-hours\//,
  pino: /^http\/logger\.ts$/,
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
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
  }));
  const passedOn = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ file, from: moduleRequest.value, typeOnly: isType }] : [],
    );
  const late = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    file,
    from: text.slice(start + 1, end - 1),
    typeOnly: false,
  }));
  return [...fixed, ...passedOn, ...late];
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

  test('has a client that takes nothing but types from the protocol', () => {
    const taken = imports.filter(({ file }) => partOf(file) === 'client');
    expect(taken.filter(({ from, typeOnly }) => !(from.endsWith('protocol.ts') && typeOnly))).toEqual([]);
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
    expect(lookers).toEqual(['clock.ts', 'main.ts']);
  });
});
