import { spawn } from 'node:child_process';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, without a terminal. `onOut` hears of all that it has written so far. */
export async function run(
  command: string,
  given: readonly string[],
  options: {
    readonly cwd?: string;
    readonly onOut?: (out: string, signal: (name: NodeJS.Signals) => void) => void;
  } = {},
): Promise<Ended> {
  const { cwd = process.cwd(), onOut } = options;
  const child = spawn(command, given, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOut?.(out, (name) => child.kill(name));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
