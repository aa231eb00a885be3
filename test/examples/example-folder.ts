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
  const path = await mkdtemp(join(tmpdir(), 'matching-examples-'));
  const examples = join(path, 'examples');
  await writeFile(join(path, 'package.json'), JSON.stringify({ type: 'module' }));
  await symlink(resolve('node_modules'), join(path, 'node_modules'), 'junction');
  // Not what an example has left there when it was run.
  await cp('examples', examples, { recursive: true, filter: (name) => !/\.sqlite$|__pycache__/.test(name) });
  buildClient(join(path, 'dist'));
  const { port } = new URL(serverUrl);
  for (const name of await readdir(examples, { recursive: true })) {
    const file = join(examples, name);
    if ((await stat(file)).isDirectory()) continue;
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(':8001', `:${port}`).replaceAll("port = '8080'", "port = '0'"));
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** The client in one file, as it is published. */
export function buildClient(folder: string): void {
  const { status, stderr } = spawnSync('node', ['scripts/build-client.ts', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the client was not built:\n${stderr}`);
}
