import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { MemoryLeft, ProbeQuestion } from './probe.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
/** USER_HZ, which is 100 on every architecture that Node runs on (proc(5), `/proc/pid/stat`). */
const TICKS_PER_SECOND = 100;

/** How a server is started. */
export interface Measured {
  /** The path of its module. */
  readonly module: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[];
}

/** A server in a process of its own, on Linux, looked at from outside. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens, such as `http://127.0.0.1:40001`. */
  readonly url: string;
  /** What it has logged so far: lines of JSON, which are printed as they come. */
  readonly logged: readonly string[];
  /** Its resident set right now, in bytes. */
  rss(): Promise<number>;
  /** How many sockets it has open. */
  sockets(): Promise<number>;
  /** Seconds of CPU since its start, user and system, in hundredths. */
  cpuSeconds(): Promise<number>;
  /** Collects garbage and says what is left. */
  collect(): Promise<MemoryLeft>;
}

/** Starts a server that says its URL on its standard output. Rejects when it ends or does not say one in a minute. */
export async function startMeasured({
  module,
  args = [],
  environment = {},
  nodeFlags = [],
}: Measured): Promise<MeasuredProcess> {
  const probe = pathToFileURL(join(import.meta.dirname, 'probe.ts')).href;
  const child = spawn(process.execPath, [...nodeFlags, '--expose-gc', '--import', probe, module, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Nothing of this process's own settings, and no file of settings from its folder.
    env: { PATH: process.env['PATH'], ...environment },
    cwd: tmpdir(),
  });
  try {
    const logged: string[] = [];
    return measured(child, await urlSaidBy(child, logged), logged);
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function urlSaidBy(child: ChildProcess, logged: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines = child.stdout ? createInterface({ input: child.stdout }) : undefined;
  lines?.on('line', (line) => {
    const url = /http:\/\/127\.0\.0\.1:\d+/u.exec(line)?.[0];
    if (url !== undefined) resolve(url);
    if (!line.startsWith('{')) return;
    logged.push(line);
    console.error(line);
  });
  child.once('error', reject).once('exit', (code) => reject(new Error(`the server ended at its start, with ${code}`)));
  AbortSignal.timeout(START_LIMIT_MS).addEventListener('abort', () => reject(new Error('the server did not start')));
  return promise;
}

function measured(child: ChildProcess, url: string, logged: readonly string[]): MeasuredProcess {
  const pid = child.pid ?? 0;
  return {
    pid,
    url,
    logged,
    rss: () => rssOf(pid),
    sockets: () => socketsOf(pid),
    async cpuSeconds() {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The name, in brackets, may hold blanks; utime and stime are the 14th and the 15th field.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    async collect() {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(START_LIMIT_MS) });
      child.send('collect' satisfies ProbeQuestion);
      const [left] = (await answer) as [MemoryLeft];
      return left;
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1024;
}

async function socketsOf(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  // One may be closed between the two looks.
  const targets = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')));
  return targets.filter((target) => target.startsWith('socket:')).length;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const ended = await Promise.race([exited.then(() => true), delay(STOP_LIMIT_MS, false, { ref: false })]);
  if (ended) return;
  child.kill('SIGKILL');
  await exited;
}
