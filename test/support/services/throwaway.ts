import { tmpdir } from 'node:os';
import { GuardianLink } from './guardian-link.ts';
import type { GuardianSignal, LastCommand, Program } from './guardian-messages.ts';

/**
 * A temporary folder, and programs that work in it. A guardian, a process of its own, ends the programs and removes the
 * folder on disposal, and as soon as this process has gone for whatever reason, a SIGKILL included.
 */
export interface Throwaway extends AsyncDisposable {
  /** An absolute path. Only its owner may look into it. */
  readonly folder: string;
  /** Rejects when the program cannot be started. */
  run(program: Program): Promise<RunningProgram>;
  /** Has a command run after everything else has ended, for what is to be cleared away elsewhere. */
  atEnd(command: LastCommand): Promise<void>;
}

export interface RunningProgram {
  readonly pid: number;
  readonly hasExited: boolean;
  /** Its exit code when it ends; null when a signal ended it, or the guardian has gone. */
  exited(): Promise<number | null>;
  /** Resolves when the signal was given; with `kill`, when the processes have gone. */
  signal(signal: GuardianSignal): Promise<void>;
}

/** @param parent the folder in which to make one; it must exist */
export async function openThrowaway(parent: string = tmpdir()): Promise<Throwaway> {
  const guardian = new GuardianLink(parent);
  return {
    folder: await guardian.ready,
    async run(program) {
      const started = await guardian.ask({ verb: 'run', program });
      if (started === null) throw new TypeError('the guardian gave no process id');
      const { pid } = started;
      return {
        pid,
        get hasExited() {
          return started.hasExited;
        },
        exited: () => guardian.exitOf(started),
        async signal(signal) {
          if (!started.hasExited) await guardian.ask({ verb: 'signal', pid, signal });
        },
      };
    },
    async atEnd(command) {
      await guardian.ask({ verb: 'at_end', command });
    },
    [Symbol.asyncDispose]: () => guardian.close(),
  };
}
