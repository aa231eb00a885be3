import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { watchForPlaces } from './private-places.ts';

/** How a program ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface ProgramOptions {
  /** Where it stands. Default: the repository. */
  readonly folder?: string;
  /** Besides the environment of this process. An instance logs at trace level, unless told otherwise here. */
  readonly env?: Readonly<Record<string, string>>;
}

const LOOK_EVERY_MS = 20;

/** How a line of an instance's log begins; others may show what was typed. */
const LOGGED = '{"level":';

/** A program as a person runs it: what it prints, what is typed to it, and how it ends. Disposal ends it. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  /** Standard output and standard error, as they came. */
  output = '';
  readonly #process: ChildProcess;

  constructor(command: string, given: readonly string[], { folder, env }: ProgramOptions = {}) {
    this.#process = spawn(command, given, {
      env: { ...process.env, LOG_LEVEL: 'trace', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(folder && { cwd: folder }),
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code) => {
        for (const line of this.output.split('\n')) if (line.startsWith(LOGGED)) watchForPlaces(line);
        resolve({ code, output: this.output });
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves with the match once it has printed what fits; rejects when it ends without. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (this.#process.exitCode !== null) throw new Error(`it ended without ${pattern}: ${this.output}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Types a line. */
  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** As when nobody is there to type. */
  closeInput(): this {
    this.#process.stdin?.end();
    return this;
  }

  /** Tells it to stop, and waits until it has. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#process.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

// Ends as the program in it does (https://docs.python.org/3/library/pty.html#pty.spawn).
const IN_A_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** The same in a terminal of its own, by Python. */
export function inTerminal(command: string, given: readonly string[], options: ProgramOptions = {}): Program {
  return new Program('python3', ['-c', IN_A_TERMINAL, command, ...given], options);
}

/** Whether this machine has Python 3; where it has none, what needs it is left out, which is said. */
export function hasPython(): boolean {
  const found = spawnSync('python3', ['--version']).status === 0;
  if (!found) process.stdout.write('python3 is not on this machine: the examples that need it are not run.\n');
  return found;
}
