/** A user of the system, as numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A program to run, and with what. */
export interface Program {
  /** An absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Null: as the user of this process. */
  readonly user: User | null;
  /** Where its words go; what is there already stays. */
  readonly logFile: string;
  /** Where a Postgres server notes its shared memory, which outlives a SIGKILL; null for other programs. */
  readonly postmasterFile: string | null;
}

/** What is run after everything else has ended. */
export interface LastCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment: no other user can read it, unlike the arguments. */
  readonly environment: Readonly<Record<string, string>>;
}

export const SIGNALS = ['SIGTERM', 'SIGINT', 'kill', 'pause', 'resume'] as const;
/** A signal to a program; the last three go to all its processes. */
export type GuardianSignal = (typeof SIGNALS)[number];

export type GuardianRequest =
  | { readonly verb: 'run'; readonly program: Program }
  | { readonly verb: 'signal'; readonly pid: number; readonly signal: GuardianSignal }
  | { readonly verb: 'at_end'; readonly command: LastCommand }
  | {
      /** Ends everything, removes the folder, and ends the guardian itself: that is the reply. */
      readonly verb: 'close';
    };

/** A request with the number that its reply carries. */
export interface NumberedRequest {
  readonly id: number;
  readonly request: GuardianRequest;
}

export type GuardianMessage =
  | { readonly type: 'ready'; readonly folder: string }
  | { readonly type: 'done'; readonly id: number; readonly pid: number | null }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'exited'; readonly pid: number; readonly code: number | null };
