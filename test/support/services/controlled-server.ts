import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './guardian-messages.ts';
import { freeLoopbackPort } from './loopback-port.ts';
import type { RunningProgram, Throwaway } from './throwaway.ts';

/** A server of one's own, to be stopped, killed and held up as a test likes. Calls are made one after the other. */
export interface ControlledServer {
  readonly url: string;
  readonly host: '127.0.0.1';
  /** The same through every restart. */
  readonly port: number;
  /** Such as `15.18`. */
  readonly version: string;
  /** Its data and its log are in here; removed on disposal. */
  readonly folder: string;
  /** The id of its first process; null while it is down. */
  readonly pid: number | null;
  /** An orderly shutdown; the data stays for `start`. Does nothing when it is down. */
  stop(): Promise<void>;
  /** SIGKILL to all its processes; what it had on disk stays. Does nothing when it is down. */
  kill(): Promise<void>;
  /** Brings it back on its port and resolves when it answers. Rejects when it runs. */
  start(options?: StartOptions): Promise<void>;
  /** SIGSTOP to all its processes: connections stay open, nothing is answered. */
  pause(): Promise<void>;
  /** SIGCONT: what was asked meanwhile is answered. */
  resume(): Promise<void>;
}

export interface StartOptions {
  /** Forget what it had on disk. Default: false. */
  readonly empty?: boolean;
}

/** What answered on a port. */
export interface Identity {
  /** Such as `15.18`. */
  readonly version: string;
  /** Whether it is the server that was started, and no other that took the port meanwhile. */
  readonly isOwn: boolean;
}

/** What a server is made of. */
export interface Recipe {
  readonly name: string;
  readonly folder: string;
  /** Ends it in an orderly way. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  url(port: number): string;
  program(port: number): Program;
  /** Makes what it needs on disk, where that is not there. */
  prepare(): Promise<void>;
  /** Removes what it has on disk. */
  clear(): Promise<void>;
  /** What answers on a port; rejects until something does. */
  identify(port: number, pid: number): Promise<Identity>;
}

/** A server did not start; the message ends with its log's last lines. */
export class ServerFailed extends Error {
  override readonly name = 'ServerFailed';
}

const START_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 10;
/** Someone else may take a port between the look and the start. */
const PORTS_TO_TRY = 5;

/** Starts a server on a free port and resolves when it answers. Rejects with ServerFailed. */
export async function startControlled(throwaway: Throwaway, recipe: Recipe): Promise<ControlledServer> {
  await recipe.prepare();
  for (let attempt = 1; ; attempt++) {
    const port = await freeLoopbackPort();
    try {
      return new Controlled(throwaway, recipe, port, await launch(throwaway, recipe, port));
    } catch (error) {
      const isTaken = error instanceof ServerFailed && /address already in use/iu.test(error.message);
      if (!isTaken || attempt === PORTS_TO_TRY) throw error;
    }
  }
}

interface Launched {
  readonly program: RunningProgram;
  readonly version: string;
}

async function launch(throwaway: Throwaway, recipe: Recipe, port: number): Promise<Launched> {
  const program = await throwaway.run(recipe.program(port));
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  while (!limit.aborted) {
    try {
      const { version, isOwn } = await recipe.identify(port, program.pid);
      if (isOwn) return { program, version };
    } catch {
      // Not yet.
    }
    if (program.hasExited) throw new ServerFailed(`${recipe.name} ended at its start:\n${await logTail(recipe, port)}`);
    await delay(LOOK_EVERY_MS);
  }
  await program.signal('kill');
  throw new ServerFailed(`${recipe.name} did not answer within a minute:\n${await logTail(recipe, port)}`);
}

async function logTail(recipe: Recipe, port: number): Promise<string> {
  const log = await readFile(recipe.program(port).logFile, 'utf8');
  return log.trimEnd().split('\n').slice(-15).join('\n');
}

class Controlled implements ControlledServer {
  readonly host = '127.0.0.1';
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly folder: string;
  readonly #throwaway: Throwaway;
  readonly #recipe: Recipe;
  #program: RunningProgram;

  constructor(throwaway: Throwaway, recipe: Recipe, port: number, { program, version }: Launched) {
    this.url = recipe.url(port);
    this.port = port;
    this.version = version;
    this.folder = recipe.folder;
    this.#throwaway = throwaway;
    this.#recipe = recipe;
    this.#program = program;
  }

  get pid(): number | null {
    return this.#program.hasExited ? null : this.#program.pid;
  }

  async stop(): Promise<void> {
    const program = this.#program;
    await program.signal('resume');
    await program.signal(this.#recipe.stopSignal);
    const ended = program.exited().then(() => true);
    if (await Promise.race([ended, delay(10_000, false, { ref: false })])) return;
    await program.signal('kill');
    await program.exited();
  }

  async kill(): Promise<void> {
    await this.#program.signal('kill');
    await this.#program.exited();
  }

  async start({ empty = false }: StartOptions = {}): Promise<void> {
    if (this.pid !== null) throw new Error(`${this.#recipe.name} runs already`);
    if (empty) await this.#recipe.clear();
    await this.#recipe.prepare();
    this.#program = (await launch(this.#throwaway, this.#recipe, this.port)).program;
  }

  async pause(): Promise<void> {
    await this.#program.signal('pause');
  }

  async resume(): Promise<void> {
    await this.#program.signal('resume');
  }
}
