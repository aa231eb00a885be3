import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A copy of the examples as they stand in the repository, beside a client that was just built. */
export interface ExampleFolder extends AsyncDisposable {
  /** Its root: the examples are in `examples`. */
  readonly path: string;
}

/**
 * Copies the examples for a server that does not listen on the documented port: where they name it, they name that of
 * the server, and the page has any port that is free. Nothing else differs.
 */
export async function copyExamples(serverUrl: string): Promise<ExampleFolder> {
  const folder = await copyFolder();
  const { path } = folder;
  const examples = join(path, 'examples');
  buildClient(join(path, 'dist'));
  const { port } = new URL(serverUrl);
  for (const name of await readdir(examples, { recursive: true })) {
    const file = join(examples, name);
    if ((await stat(file)).isDirectory()) continue;
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(':8001', `:${port}`).replaceAll("port = '8080'", "port = '0'"));
  }
  return folder;
}

/** Asks for a token as often as the examples do: the first of TOKENS that has not ended yet, or the last one. */
const TOKENS_BY_TIME = `
  const tokens = process.env['TOKENS'].split(' ');
  const endsAtMs = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).exp * 1000;
  export async function headers() {
    const token = tokens.find((one) => endsAtMs(one) > Date.now()) ?? tokens.at(-1);
    return { Authorization: \`Bearer \${token}\` };
  }
`;

/**
 * Copies the examples for a service that asks for tokens: as somebody has them whose identity provider gives the next
 * token when one has ended. It gives those of the environment variable TOKENS, with spaces between. Nothing else differs.
 */
export async function copyExamplesWithTokens(): Promise<ExampleFolder> {
  const folder = await copyFolder();
  await writeFile(join(folder.path, 'examples/matching/token.ts'), TOKENS_BY_TIME);
  return folder;
}

/** The examples where they find the packages that they import. */
async function copyFolder(): Promise<ExampleFolder> {
  const path = await mkdtemp(join(tmpdir(), 'matching-examples-'));
  await writeFile(join(path, 'package.json'), JSON.stringify({ type: 'module' }));
  await symlink(resolve('node_modules'), join(path, 'node_modules'), 'junction');
  // Not what an example has left there when it was run.
  const filter = (name: string): boolean => !/\.sqlite$|__pycache__/.test(name);
  await cp('examples', join(path, 'examples'), { recursive: true, filter });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** The client in one file, as it is published. */
export function buildClient(folder: string): void {
  const { status, stderr } = spawnSync('node', ['scripts/build-client.ts', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the client was not built:\n${stderr}`);
}
