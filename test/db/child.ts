import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own. Disposing of it kills it, if it still runs. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line that it writes, or what it wrote to stderr when it ends without one. */
  line(): Promise<string>;
  /** Everything that it writes from here to its end, and its exit code. */
  finish(): Promise<{ readonly lines: readonly string[]; readonly errors: string; readonly code: number | null }>;
  say(text: string): void;
  kill(): Promise<void>;
}

/** Runs a TypeScript file, by its path from the project's root. */
export function startChild(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: 'pipe', env: { PATH: process.env['PATH'], ...env } });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    pid: child.pid ?? -1,
    async line() {
      const next = await lines.next();
      if (next.done !== true) return next.value;
      await ended;
      return errors.join('');
    },
    async finish() {
      child.stdin.end();
      const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => lines });
      return { code: await ended, lines: rest, errors: errors.join('') };
    },
    say: (text) => child.stdin.write(`${text}\n`),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
