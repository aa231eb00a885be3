import type {
  Answer,
  ErrorBody,
  MatchingEvent,
  MatchingInput,
  MatchResultsBody,
  ProcessingUpdateBody,
  Question,
  SessionStatus,
  UserInteraction,
} from '../protocol.ts';

/** A session's name. It is the account's own: two accounts may use the same id and never meet. */
export interface SessionKey {
  readonly account: string;
  readonly sessionId: string;
}

/** The right to run a session. A higher epoch makes every lower one stale. */
export interface Lease extends SessionKey {
  /** Random, made with the log: a log that came back empty and was begun anew has another. */
  readonly generation: string;
  /** 1 for the first run. */
  readonly epoch: number;
  /** The last sequence that its holder knows of; the store raises it with every write. A shorter log went back in time. */
  seen: number;
}

/** What a session was started with and may take. */
export interface SessionStart {
  readonly input: MatchingInput;
  /** Makes a start whose reply was lost safe to send again: the same token gets the same lease. */
  readonly startToken: string;
  /** Who runs it first. */
  readonly instance: string;
  /** The session's longest life; no deadline lies beyond it. */
  readonly maxLifeMs: number;
  /** How long the log is kept after the end. */
  readonly retentionMs: number;
}

/** What became of a start. */
export type Started =
  | { readonly outcome: 'started'; readonly lease: Lease; readonly startedAt: number; readonly endsBy: number }
  /** It had been started with the same input: nothing was changed. */
  | { readonly outcome: 'exists' }
  /** It had been started with another input. */
  | { readonly outcome: 'conflict' };

/**
 * How sessions end: with `results` or an `error` of their run; by a `timeout`, as a question was not answered in time; by
 * an `overrun` of their longest life while no question was open; or `cancelled`.
 */
export type Ending = 'results' | 'error' | 'timeout' | 'overrun' | 'cancelled';

/** Why a lease is good for nothing any more. Nothing was written; stop at once. */
export type Refusal =
  /** Another lease has the session, also where it has ended since; or the log is another one. */
  | { readonly outcome: 'stale' }
  /** The session has ended, and nobody else had it. */
  | { readonly outcome: 'ended'; readonly ending: Ending }
  /** There is no such session: it was forgotten, or the store has lost its memory. */
  | { readonly outcome: 'session_not_found' };

/** What a runner's write came to. */
export type Written =
  | { readonly outcome: 'written'; readonly sequence: number }
  | Refusal
  /** The log is older than what the lease has seen; nothing was written. End the session by `finish` with an error. */
  | { readonly outcome: 'rewound' };

/** A question with the stable key that its pipeline knows it by. */
export interface KeyedQuestion {
  readonly key: string;
  readonly question: Question;
}

/** All that earlier runs recorded, for a run from the top. */
export interface Recorded {
  readonly outcome: 'recorded';
  readonly input: MatchingInput;
  readonly startedAt: number;
  /** When the session's longest life is over. */
  readonly endsBy: number;
  /** Whether the log is older than what the lease has seen: the session is to be ended by `finish` with an error. */
  readonly rewound: boolean;
  readonly steps: ReadonlyMap<string, RecordedStep>;
  /** Keys of the events that are in the log. */
  readonly eventKeys: ReadonlySet<string>;
  /** The questions that were put, by key. */
  readonly questions: ReadonlyMap<string, RecordedQuestion>;
}

export interface RecordedStep {
  /** What the step returned. */
  readonly value: unknown;
  /** How long it took, in milliseconds. */
  readonly workMs: number;
}

export interface RecordedQuestion {
  readonly interactionId: string;
  readonly expiresAt: number;
  /** Null while it is open. */
  readonly answer: Answer | null;
}

/** What a heartbeat found. */
export interface Heartbeat {
  /**
   * Whether the store still knew of this instance's last beat: if not, it has lost its memory, or this is the first, or
   * one after many leases of silence or after `retire`.
   */
  readonly known: boolean;
  /** Whether there are instances that have not been heard of for a lease or have left, and may have left sessions. */
  readonly othersAreSilent: boolean;
}

/** A session that runs, and who runs it under which epoch. */
export interface Running extends SessionKey {
  readonly instance: string;
  readonly epoch: number;
}

/** What runs where: see `survey`. */
export interface Survey {
  /** Sessions whose instance is not alive. */
  readonly abandoned: readonly Running[];
  /** How many sessions the asking instance runs, as far as the store knows. */
  readonly own: number;
}

/** What an answer came to. */
export type AnswerOutcome =
  | { readonly outcome: 'received' | 'duplicate' | 'already_answered' | 'interaction_not_found' | 'session_not_found' }
  /** Too many that did not fit came before it: the question, which stays open, takes none for so long. */
  | { readonly outcome: 'paused'; readonly forMs: number }
  /** The session has ended without an answer to this question; the error is the log's last entry. */
  | { readonly outcome: 'ended'; readonly error: ErrorBody };

/** How many answers that do not fit a question takes. */
export interface MisfitLimit {
  /** The last of so many begins a pause; so does every one after it. */
  readonly most: number;
  /** How long the question then takes no answer at all; never beyond its deadline. */
  readonly pauseMs: number;
}

/** What an answer that does not fit came to. */
export type MisfitOutcome =
  /** It was counted, or there was nothing to count it for: the question is closed, or there is none. */
  | { readonly outcome: 'taken' }
  /** It came during a pause, which it does not make longer. */
  | { readonly outcome: 'paused'; readonly forMs: number };

/** What a look at the deadlines came to. */
export type Overdue =
  | { readonly outcome: 'session_not_found' }
  /** By this look or before it. Of a lease below `epoch`, the session was taken over before it ended. */
  | { readonly outcome: 'ended'; readonly ending: Ending; readonly epoch: number }
  /** Nothing is overdue; look again in so many milliseconds. */
  | { readonly outcome: 'not_yet'; readonly inMs: number };

/** A piece of a log. */
export interface LogPage {
  readonly generation: string;
  /** In order, without gaps, those after the cursor; as many as were asked for at most. */
  readonly events: readonly MatchingEvent[];
  readonly lastSequence: number;
  /** Whether the log's last entry is there: nothing will be appended. */
  readonly ended: boolean;
}

/** What a store knows of a session, folded from its log. */
export interface Snapshot {
  readonly status: SessionStatus;
  readonly input: MatchingInput;
  /** Every question that was put, answered or not, by interaction id. */
  readonly questions: ReadonlyMap<string, UserInteraction>;
  /** The ids of those that were answered. */
  readonly answered: ReadonlySet<string>;
  /** What the session ended with; null while it runs, and where it came to results. */
  readonly endedIn: ErrorBody | null;
}

/** The place where sessions live. Every verb is atomic, and safe to send again when its reply was lost. */
export interface SessionStore {
  /** What it is, for people: `memory`, `Redis on localhost:6379`. Never a password. */
  readonly description: string;

  /** Begins a session with an empty log and its first lease, unless there is one of that name. */
  start(key: SessionKey, start: SessionStart): Promise<Started>;

  /**
   * Takes a session over: a lease with the next epoch, or undefined when the session is gone, has ended, or is no
   * longer at `epoch`. The earlier lease is stale from then on.
   */
  claim(key: SessionKey, epoch: number, instance: string): Promise<Lease | undefined>;

  /** What was recorded, for a run from the top. */
  recorded(lease: Lease): Promise<Recorded | Refusal>;

  /**
   * Appends an event; once for each key: a key that is in the log already gives its sequence. Progress that would fall
   * is raised to the last.
   */
  append(lease: Lease, key: string, event: ProcessingUpdateBody | ErrorBody): Promise<Written>;

  /** Records what a step returned; the first record under a key stands. Erased at the session's end. */
  record(lease: Lease, key: string, step: RecordedStep): Promise<Written>;

  /**
   * Puts questions together: appends a UserInteraction for each. All that are open then share one deadline, which lies
   * their number times `timeoutMs` ahead but never beyond the session's longest life: those that were open before have
   * longer than they said. A key that was put before is not put again.
   */
  ask(lease: Lease, questions: readonly KeyedQuestion[], timeoutMs: number): Promise<Written>;

  /**
   * Appends the last entry, and erases answers and recorded steps in the same step. An error also ends a log that went
   * back in time, which then has another generation, so that every reader notices; results are `rewound` there.
   */
  finish(lease: Lease, last: MatchResultsBody | ErrorBody): Promise<Written>;

  /**
   * Takes an answer, from any instance. The first one wins; in the same step a ProcessingUpdate that names the
   * question is appended. At or after the deadline the session ends instead, with user_interaction_timeout. In a pause
   * of the question none is taken.
   */
  answer(key: SessionKey, interactionId: string, answer: Answer, acknowledgement: string): Promise<AnswerOutcome>;

  /** Counts an answer, from any instance, that does not fit its question, and changes nothing else. */
  misfit(key: SessionKey, interactionId: string, limit: MisfitLimit): Promise<MisfitOutcome>;

  /** Says that an instance is alive. Others may claim its sessions when it has not said so for `leaseMs`. */
  heartbeat(instance: string, leaseMs: number): Promise<Heartbeat>;

  /** Says that an instance is gone: others may claim its sessions at once. It stays so, whatever beat comes late. */
  retire(instance: string): Promise<void>;

  /**
   * Which sessions have nobody who runs them; those of the asking instance are its own, whether it is heard of or not.
   * Reads every session that runs: not for often. Where a part of the store does not answer, what lies there is left out.
   */
  survey(instance: string, leaseMs: number): Promise<Survey>;

  /** The sessions that an instance runs, as far as the store knows, and as far as it answers. */
  runningOn(instance: string): Promise<readonly Running[]>;

  /** Ends a session from any instance with this error, unless it has ended. Undefined when there is none. */
  cancel(key: SessionKey, error: ErrorBody): Promise<SessionStatus | undefined>;

  /**
   * Ends a session whose question or whose life is over, by the store's clock: with user_interaction_timeout while a
   * question is open, otherwise with processing_error.
   */
  expire(key: SessionKey): Promise<Overdue>;

  /** What is known of a session; undefined when there is none, or it has been forgotten. */
  snapshot(key: SessionKey): Promise<Snapshot | undefined>;

  /** The log after a cursor, `limit` events at most; undefined when there is no such session. */
  read(key: SessionKey, after: number, limit: number): Promise<LogPage | undefined>;

  /**
   * Rings after every change of a session, until it is stopped. A ring carries nothing and says "look": it may come
   * doubled or without need. Where a ring can be lost, the store looks by itself and rings within LOG_POLL_MS. Once
   * the promise has resolved, no later change goes without a ring.
   */
  watch(key: SessionKey, ring: () => void): Promise<StopWatching>;

  /** Rings nobody any more, and lets go of all that it holds in this process. It is not to be used after that. */
  close(): Promise<void>;
}

/** Ends a watch; it may be called more than once. */
export type StopWatching = () => void;

/** A key for maps of sessions: an account may hold any character, a session id never a NUL. */
export function mapKeyOf({ account, sessionId }: SessionKey): string {
  return `${sessionId}\0${account}`;
}

/** Whether two starts ask for the same: every field, after defaults were filled in. */
export function sameInput(one: MatchingInput, other: MatchingInput): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof MatchingInput>;
  return [...keys].every((key) => one[key] === other[key]);
}
