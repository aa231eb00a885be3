import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchForPlaces } from '../support/private-places.ts';
import type { RunningProgram, Throwaway } from '../support/services/throwaway.ts';
import type { InstanceSettings } from './instance-settings.ts';
import type { HarnessFact } from './journal-entry.ts';

export interface ManagedOptions {
  /** Such as `a`; its processes are `a.1`, `a.2` … */
  readonly name: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly longestDelayMs: number;
  /** Runs its processes; its journals and its log go into the folder. */
  readonly throwaway: Throwaway;
  readonly write: (fact: HarnessFact) => void;
}

/** How soon a process that has ended is started again. */
const RESTART_AFTER_MS = 300;
const LOOK_EVERY_MS = 50;
const START_LIMIT_MS = 60_000;

/** An instance that is started again whenever its process has ended, as a supervisor would do it. */
export class ManagedInstance {
  readonly name: string;
  readonly url: string;
  readonly #options: ManagedOptions;
  #program: RunningProgram | undefined;
  #asked: 'kill' | 'SIGTERM' | null = null;
  #life = 0;
  #ready = false;
  #closed = false;
  #supervising: Promise<void> | undefined;

  constructor(options: ManagedOptions) {
    this.#options = options;
    this.name = options.name;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Whether it has come to serve and has not ended; it may hang for all that. */
  get isUp(): boolean {
    return this.#ready;
  }

  /** Such as `a.2`. */
  get label(): string {
    return `${this.name}.${this.#life}`;
  }

  /** Starts its first process. */
  start(): void {
    this.#supervising ??= this.#supervise();
  }

  /** Resolves when it serves. Rejects when it does not come to in a minute. */
  async ready(): Promise<void> {
    for (let waitedMs = 0; !this.#ready; waitedMs += LOOK_EVERY_MS) {
      if (waitedMs > START_LIMIT_MS) throw new Error(`instance ${this.name} does not come to serve`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Kills its process, or asks it to stop; it is started again. Resolves when the process has gone. */
  async end(how: 'kill' | 'SIGTERM'): Promise<void> {
    const program = this.#program;
    if (!program || program.hasExited) return;
    this.#asked = how;
    await program.signal(how);
    await program.exited();
  }

  /** SIGSTOP: its connections stay open and nothing is answered. */
  async freeze(): Promise<void> {
    await this.#program?.signal('pause');
  }

  /** SIGCONT. */
  async thaw(): Promise<void> {
    await this.#program?.signal('resume');
  }

  /** Ends it for good. What its processes have logged may say no place. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.end('kill');
    await this.#supervising;
    // There is none where no process could be started.
    const log = existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
    for (const line of log.split('\n')) watchForPlaces(line);
  }

  get #logFile(): string {
    return join(this.#options.throwaway.folder, `instance-${this.name}.log`);
  }

  /** A method: the flag may have changed during any await. */
  #isClosed(): boolean {
    return this.#closed;
  }

  async #supervise(): Promise<void> {
    while (!this.#closed) {
      const program = await this.#launch();
      // Closed while it was being launched.
      if (this.#isClosed()) await program.signal('kill');
      const code = await program.exited();
      const instance = this.label;
      this.#options.write({ kind: 'process_exited', instance, code, asked: this.#asked, ready: this.#ready });
      this.#program = undefined;
      this.#ready = false;
      this.#asked = null;
      await delay(RESTART_AFTER_MS);
    }
  }

  async #launch(): Promise<RunningProgram> {
    const { environment, seed, longestDelayMs, throwaway } = this.#options;
    const { folder } = throwaway;
    this.#life += 1;
    const journal = join(folder, `instance-${this.label}.jsonl`);
    const settings: InstanceSettings = {
      label: this.label,
      journal,
      environment,
      seed: `${seed} ${this.label}`,
      longestDelayMs,
    };
    const file = join(folder, `instance-${this.label}.json`);
    writeFileSync(file, JSON.stringify(settings));
    const program = await throwaway.run({
      command: process.execPath,
      args: [join(import.meta.dirname, 'instance.ts'), file],
      user: null,
      logFile: this.#logFile,
      postmasterFile: null,
    });
    this.#program = program;
    void this.#lookForReady(program);
    return program;
  }

  async #lookForReady(program: RunningProgram): Promise<void> {
    for (; !program.hasExited; await delay(LOOK_EVERY_MS)) {
      const response = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (response?.ok !== true) continue;
      this.#ready = program === this.#program;
      return;
    }
  }
}
