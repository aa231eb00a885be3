import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process that holds servers, in a temporary folder of its own. */
export interface HoldingProcess extends AsyncDisposable {
  /** The first processes of its servers, when they answer. */
  servers(): Promise<{ readonly pids: readonly number[]; readonly folders: readonly string[] }>;
  /** The address of the database that it has taken. */
  databaseUrl(): Promise<string>;
  /** Sends a signal to it and to its process group, as a terminal does. */
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<void>;
  /** The processes and the files that are there because of it, itself included. */
  leftovers(): readonly string[];
}

interface Holding {
  readonly what?: 'servers' | 'database';
  readonly ending?: 'stay' | 'end' | 'throw';
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts one; what and ending are those of holder.ts. */
export function startHolding({ what = 'servers', ending = 'stay', environment = {} }: Holding = {}): HoldingProcess {
  const folder = mkdtempSync(join(tmpdir(), 'matching-holder-'));
  // Postgres runs as another user where the tests run as root.
  chmodSync(folder, 0o711);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), what, ending], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], TMPDIR: folder, ...environment },
  });
  const ended = once(child, 'close');
  const pid = child.pid ?? 0;
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name);
  };
  const said = async <T>(): Promise<T> => {
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as T;
    throw new Error('the holding process ended before it held anything');
  };
  return {
    servers: said<Awaited<ReturnType<HoldingProcess['servers']>>>,
    databaseUrl: async () => (await said<{ readonly url: string }>()).url,
    signal,
    async ended() {
      await ended;
    },
    leftovers: () => [...readdirSync(folder), ...(isThere(pid) ? [`process ${pid}`] : []), ...processesIn(folder)],
    async [Symbol.asyncDispose]() {
      signal('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a process runs that has this id; one that has ended and was not waited for does not. */
export function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The processes that work in a folder or below it. */
export function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/u.test(name) && workingFolder(name).startsWith(folder));
}

/** Segments of shared memory that a process has made, one of these (proc_sysvipc(5)). */
export function sharedMemoryOf(pids: readonly number[]): readonly string[] {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').slice(1);
  return lines.filter((line) => pids.includes(Number(line.trim().split(/\s+/u)[4])));
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
