// Builds the client for use outside this project: one file without dependencies, for Node and browsers, with its types.
//
//   node scripts/build-client.ts [folder]        dist unless given
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const NAME = 'nodejs-streaming-client';
const ROOT = resolve(import.meta.dirname, '..');
const ENTRY = join(ROOT, 'src/client/index.ts');

/** One readable file; what it imports of Node it loads when it is needed. */
async function buildCode(folder: string): Promise<void> {
  await using bundle = await rolldown({ input: ENTRY, platform: 'neutral', external: /^node:/u });
  await bundle.write({ file: join(folder, `${NAME}.js`), format: 'esm', minify: false });
}

/** The declarations of the client and of the messages, and a file beside the code that names the entry. */
async function buildTypes(folder: string): Promise<void> {
  const types = join(folder, 'types');
  const settings = join(folder, 'tsconfig.types.json');
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: types };
  await writeFile(
    settings,
    JSON.stringify({
      extends: relativePath(folder, join(ROOT, 'tsconfig.json')),
      compilerOptions: {
        ...compilerOptions,
        rootDir: join(ROOT, 'src'),
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      files: [ENTRY],
      include: [],
    }),
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', settings], { stdio: 'inherit' });
  await rm(settings);
  if (status !== 0) throw new Error('the types could not be written');
  await writeFile(join(folder, `${NAME}.d.ts`), `export * from './types/client/index.js';\n`);
}

function relativePath(from: string, to: string): string {
  const path = relative(from, to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

const folder = resolve(process.argv[2] ?? join(ROOT, 'dist'));
await rm(join(folder, 'types'), { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await buildCode(folder);
await buildTypes(folder);
console.log(`Built ${relative(process.cwd(), join(folder, `${NAME}.js`))}, with its types beside it.`);
