import type { FaultName } from './fault-names.ts';

/** What a reader was told, as far as the checker asks for it. Texts are there as digests: they may name places. */
export interface SeenEvent {
  /** 1, 2, 3 … within a log; 0 on an error that is no part of one. */
  readonly sequence: number;
  /** When it was written, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly type: 'ProcessingUpdate' | 'UserInteraction' | 'MatchResults' | 'Error';
  /** Of everything in it: two events are equal when their digests are. */
  readonly digest: string;
  /** Of what every run of the same search with the same answers says alike: without times and progress. */
  readonly shape: string;
  /** 0 to 1; null where it has none. */
  readonly progress: number | null;
  /** The question that is asked: its id, what is stable of it over a session, and its deadline (as `timestamp`). */
  readonly asked: { readonly interactionId: string; readonly question: string; readonly expiresAt: number } | null;
  /** The id of the question that it closes. */
  readonly answered: string | null;
  readonly error: { readonly code: string; readonly fatal: boolean; readonly interactionId: string | null } | null;
}

/** What a person answers, as a plan names it. */
export type AnswerLabel = string;

/** What an instance does. A `run` is one call of the pipeline; its name is unique. */
export type InstanceFact =
  | { readonly kind: 'instance_ready'; readonly pid: number }
  | { readonly kind: 'run_begun'; readonly session: string; readonly run: string }
  | { readonly kind: 'run_over'; readonly session: string; readonly run: string; readonly how: string }
  /** The outside call begins: nothing was recorded of it as far as this instance knows. */
  | { readonly kind: 'step_begun'; readonly session: string; readonly run: string; readonly key: string }
  | { readonly kind: 'step_ended'; readonly session: string; readonly run: string; readonly key: string }
  /** The store has said that it took the result. */
  | { readonly kind: 'step_recorded'; readonly session: string; readonly run: string; readonly key: string };

/** What is meant to happen in a session, and what it may take. */
export interface PlanFact {
  readonly kind: 'planned';
  readonly session: string;
  /** The last digit of a demo parent's id. */
  readonly parent: number;
  /** The answers to its questions in their order; none are given where it is to end by its time. */
  readonly answers: readonly AnswerLabel[];
  /** What a second client answers at the same time; null where there is none. */
  readonly rival: readonly AnswerLabel[] | null;
  /** `either`: its answer comes when its time runs out. */
  readonly end: 'results' | 'timeout' | 'either';
  /** Milliseconds that the session takes by itself, the person's time included. */
  readonly ownMs: number;
}

/** What clients see and send. */
export type ClientFact =
  | PlanFact
  | { readonly kind: 'stream_begun'; readonly session: string; readonly attempt: number; readonly after: number }
  | { readonly kind: 'seen'; readonly session: string; readonly attempt: number; readonly event: SeenEvent }
  /** `how` is complete, cut, silent, left, refused or an error code in capitals. */
  | { readonly kind: 'stream_over'; readonly session: string; readonly attempt: number; readonly how: string }
  /** `how` is ended, lost (the session is not there) or given_up. */
  | { readonly kind: 'reader_over'; readonly session: string; readonly how: string }
  | {
      readonly kind: 'answer_sent';
      readonly session: string;
      readonly interactionId: string;
      readonly label: AnswerLabel;
      /** The address that it goes to. */
      readonly to: string;
    }
  /** `outcome` is RECEIVED, DUPLICATE or an error code in capitals. */
  | {
      readonly kind: 'answer_settled';
      readonly session: string;
      readonly interactionId: string;
      readonly label: AnswerLabel;
      readonly outcome: string;
    };

/** What the harness does and finds. */
export type HarnessFact =
  | { readonly kind: 'round_begun'; readonly round: string; readonly fault: FaultName; readonly seed: string }
  /** What a run that nothing happens to says; by the parent and the answers. */
  | {
      readonly kind: 'reference';
      readonly parent: number;
      readonly answers: readonly AnswerLabel[];
      readonly shapes: readonly string[];
    }
  | { readonly kind: 'instance_at'; readonly instance: string; readonly url: string }
  | { readonly kind: 'fault_begun'; readonly fault: FaultName; readonly detail: string }
  | { readonly kind: 'fault_over'; readonly fault: FaultName }
  /** `code` is null where a signal ended it. `ready`: it had come to serve. */
  | {
      readonly kind: 'process_exited';
      readonly instance: string;
      readonly code: number | null;
      readonly asked: 'kill' | 'SIGTERM' | null;
      readonly ready: boolean;
    }
  /** A log from its first event, read when everything was over; null where the session is not there. */
  | { readonly kind: 'final_log'; readonly session: string; readonly events: readonly SeenEvent[] | null }
  /** `ttlMs` is -1 where a key has no expiry. */
  | { readonly kind: 'redis_key'; readonly key: string; readonly ttlMs: number }
  | { readonly kind: 'harness_failed'; readonly what: string };

export type JournalFact = InstanceFact | ClientFact | HarnessFact;

/** A line of a journal. */
export type JournalEntry = JournalFact & {
  /** Milliseconds since the Unix epoch, by the machine's clock, which all processes share. */
  readonly at: number;
  /** An instance and its life, such as `a.2`, a client such as `r3-s4/owner`, or `harness`. */
  readonly by: string;
};

export type EntryOf<Kind extends JournalFact['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;
