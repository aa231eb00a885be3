import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { assertNever } from '../../../src/protocol.ts';
import type { GuardianMessage, GuardianRequest } from './guardian-messages.ts';

/** A program that the guardian has started. */
export interface StartedProgram {
  readonly pid: number;
  hasExited: boolean;
  readonly exit: PromiseWithResolvers<number | null>;
}

/** The guardian as the process that it works for sees it. Keeps that alive only while something is waited for. */
export class GuardianLink {
  /** The folder that it has made. */
  readonly ready: Promise<string>;
  readonly #guardian;
  readonly #folder = Promise.withResolvers<string>();
  readonly #ended: Promise<number | null>;
  readonly #asked = new Map<number, PromiseWithResolvers<StartedProgram | null>>();
  readonly #running = new Map<number, StartedProgram>();
  #lastId = 0;
  #waits = 0;

  /** @param parent the folder in which it makes its own */
  constructor(parent: string) {
    this.#guardian = fork(join(import.meta.dirname, 'guardian.ts'), [parent], {
      cwd: parent,
      // Out of the reach of a Ctrl-C, and of those who wait until all who could write to a pipe have gone.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.ready = this.#awake(this.#folder.promise);
    this.#ended = once(this.#guardian, 'exit').then(([code]: (number | null)[]) => code ?? null);
    this.#guardian.unref();
    this.#guardian.on('message', (message: GuardianMessage) => this.#hear(message));
    this.#guardian.once('exit', () => this.#forget());
  }

  /** What was started, for a `run`; else null. Rejects when the guardian could not do it, or has gone. */
  async ask(request: GuardianRequest): Promise<StartedProgram | null> {
    const id = ++this.#lastId;
    const asked = Promise.withResolvers<StartedProgram | null>();
    this.#asked.set(id, asked);
    this.#guardian.send({ id, request }, (error) => {
      if (error !== null) asked.reject(error);
    });
    try {
      return await this.#awake(asked.promise);
    } finally {
      this.#asked.delete(id);
    }
  }

  /** The exit code of a program when it ends; null when a signal ended it, or the guardian has gone. */
  exitOf({ exit }: StartedProgram): Promise<number | null> {
    return this.#awake(exit.promise);
  }

  /** Resolves when the programs, the folder and the guardian have gone. Does nothing more the second time. */
  async close(): Promise<void> {
    this.#guardian.ref();
    if (this.#guardian.connected) this.#guardian.send({ id: ++this.#lastId, request: { verb: 'close' } });
    if ((await this.#ended) !== 0) throw new Error('the test servers were not cleared away altogether');
  }

  #hear(message: GuardianMessage): void {
    switch (message.type) {
      case 'ready':
        this.#folder.resolve(message.folder);
        return;
      case 'done':
        this.#asked.get(message.id)?.resolve(message.pid === null ? null : this.#track(message.pid));
        return;
      case 'failed':
        this.#asked.get(message.id)?.reject(new Error(message.message));
        return;
      case 'exited':
        this.#untrack(message.pid, message.code);
        return;
      default:
        assertNever(message);
    }
  }

  #track(pid: number): StartedProgram {
    const program: StartedProgram = { pid, hasExited: false, exit: Promise.withResolvers() };
    this.#running.set(pid, program);
    return program;
  }

  /** Forgets the id as well: the system may give it to another. */
  #untrack(pid: number, code: number | null): void {
    const program = this.#running.get(pid);
    this.#running.delete(pid);
    if (program === undefined) return;
    program.hasExited = true;
    program.exit.resolve(code);
  }

  #forget(): void {
    this.#folder.reject(new Error('the guardian of the test servers did not start'));
    for (const asked of this.#asked.values()) asked.reject(new Error('the guardian of the test servers has gone'));
    for (const pid of this.#running.keys()) this.#untrack(pid, null);
  }

  /** Keeps this process alive until the promise is settled. */
  async #awake<T>(promise: Promise<T>): Promise<T> {
    this.#waits++;
    this.#guardian.channel?.ref();
    try {
      return await promise;
    } finally {
      this.#waits--;
      if (this.#waits === 0) this.#guardian.channel?.unref();
    }
  }
}
