import { randomBytes, randomUUID } from 'node:crypto';
import type { Timer } from '../clock.ts';
import { errorBody } from '../errors.ts';
import type {
  Answer,
  ErrorBody,
  MatchingEvent,
  MatchResultsBody,
  ProcessingUpdateBody,
  SessionStatus,
  Stage,
  UserInteraction,
} from '../protocol.ts';
import type {
  Ending,
  Lease,
  Recorded,
  RecordedStep,
  Refusal,
  Running,
  SessionKey,
  SessionStart,
  Snapshot,
  Started,
} from './session-store.ts';

/** A question of a session, with what was answered. */
export interface QuestionEntry {
  readonly key: string;
  readonly event: UserInteraction;
  /** A keyed digest of the answer: it outlives the answer, so that a repeat is known after the end. */
  digest: string | null;
  /** Null while the question is open, and again after the session's end. */
  answer: Answer | null;
  /** How many answers came that did not fit. */
  misfits: number;
  /** Until then it takes no answer, in milliseconds since the Unix epoch. */
  pausedUntil: number;
}

/** All that is held of one session. */
export interface SessionEntry {
  readonly key: SessionKey;
  readonly start: SessionStart;
  generation: string;
  readonly secret: Buffer;
  readonly startedAt: number;
  readonly endsBy: number;
  readonly log: MatchingEvent[];
  readonly eventSequences: Map<string, number>;
  /** As JSON: what comes back is what would come back from any other store. */
  readonly steps: Map<string, string>;
  readonly questions: Map<string, QuestionEntry>;
  /** The one deadline that all open questions share; it counts while one is open. */
  deadline: number;
  epoch: number;
  instance: string;
  stage: Stage | null;
  progress: number | null;
  last: MatchResultsBody | ErrorBody | null;
  /** Null until it has ended. */
  ending: Ending | null;
  forgetAt: number;
  forgetting: Timer;
}

/** A session as it begins: its log is empty, and its first instance has it. */
export function newEntry(
  key: SessionKey,
  start: SessionStart,
  {
    startedAt,
    forgetLater,
  }: {
    /** Milliseconds since the Unix epoch. */
    readonly startedAt: number;
    /** Has it forgotten at a time, in milliseconds since the Unix epoch, unless that is cancelled. */
    readonly forgetLater: (at: number) => Timer;
  },
): SessionEntry {
  const endsBy = startedAt + start.maxLifeMs;
  const forgetAt = endsBy + start.retentionMs;
  return {
    key,
    start,
    generation: randomUUID(),
    secret: randomBytes(32),
    startedAt,
    endsBy,
    log: [],
    eventSequences: new Map(),
    steps: new Map(),
    questions: new Map(),
    deadline: 0,
    epoch: 1,
    instance: start.instance,
    stage: null,
    progress: null,
    last: null,
    ending: null,
    forgetAt,
    forgetting: forgetLater(forgetAt),
  };
}

/** The right to run it as it stands. */
export function leaseOf(entry: SessionEntry): Lease {
  return { ...entry.key, generation: entry.generation, epoch: entry.epoch, seen: entry.log.length };
}

/** Why a lease does not hold, undefined where it does: the fence before every write of a runner. */
export function refusalOf(entry: SessionEntry, lease: Lease): Refusal | { readonly outcome: 'rewound' } | undefined {
  if (entry.generation !== lease.generation || entry.epoch > lease.epoch) return { outcome: 'stale' };
  if (entry.ending) return { outcome: 'ended', ending: entry.ending };
  return entry.epoch < lease.epoch || entry.log.length < lease.seen ? { outcome: 'rewound' } : undefined;
}

/** Who runs it. */
export function runningOf({ key, instance, epoch }: SessionEntry): Running {
  return { account: key.account, sessionId: key.sessionId, instance, epoch };
}

/** What earlier runs recorded. */
export function recordedOf(entry: SessionEntry, rewound: boolean): Recorded {
  return {
    outcome: 'recorded',
    input: entry.start.input,
    startedAt: entry.startedAt,
    endsBy: entry.endsBy,
    rewound,
    steps: new Map([...entry.steps].map(([key, json]) => [key, JSON.parse(json) as RecordedStep])),
    eventKeys: new Set(entry.eventSequences.keys()),
    questions: new Map(
      [...entry.questions.values()].map(({ key, event, answer }) => [
        key,
        { interactionId: event.interactionId, expiresAt: event.expiresAt, answer },
      ]),
    ),
  };
}

/** The answer to the start that made it. */
export function startedAs(entry: SessionEntry): Started {
  return {
    outcome: 'started',
    lease: { ...leaseOf(entry), epoch: 1, seen: 0 },
    startedAt: entry.startedAt,
    endsBy: entry.endsBy,
  };
}

/** Those that wait for an answer, in the order asked. */
export function openQuestions(entry: SessionEntry): UserInteraction[] {
  if (entry.last) return [];
  return [...entry.questions.values()].filter(({ digest }) => digest === null).map(({ event }) => event);
}

/** The one deadline of the open questions; without any, the session's. */
export function nextDeadline(entry: SessionEntry): number {
  return openQuestions(entry).length === 0 ? entry.endsBy : entry.deadline;
}

/** What it ends with where its deadline is over: by a timeout while a question is open, otherwise by an overrun. */
export function overdueEndOf(entry: SessionEntry): { readonly error: ErrorBody; readonly ending: Ending } {
  const where = { parentId: entry.start.input.parentId, failedStage: entry.stage };
  const [open] = openQuestions(entry);
  if (!open) return { error: errorBody('processing_error', where), ending: 'overrun' };
  const { interactionId } = open;
  return { error: errorBody('user_interaction_timeout', { ...where, interactionId }), ending: 'timeout' };
}

/** The event with progress that does not fall below the last. */
export function raised(event: ProcessingUpdateBody | ErrorBody, least: number): ProcessingUpdateBody | ErrorBody {
  return event.type === 'processing_update' && event.progress < least ? { ...event, progress: least } : event;
}

/** Its status, folded from what was written. */
export function statusOf(entry: SessionEntry): SessionStatus {
  return {
    sessionId: entry.key.sessionId,
    completed: entry.last !== null,
    interactionsCount: entry.questions.size,
    hasResults: entry.last?.type === 'match_results',
    stage: entry.stage,
    progress: entry.progress,
    pendingInteractions: openQuestions(entry),
    lastSequence: entry.log.length,
    startedAt: entry.startedAt,
    expiresAt: entry.last ? entry.forgetAt : null,
  };
}

/** What is known of it. */
export function snapshotOf(entry: SessionEntry): Snapshot {
  const questions = [...entry.questions];
  return {
    status: statusOf(entry),
    input: entry.start.input,
    questions: new Map(questions.map(([id, { event }]) => [id, event])),
    answered: new Set(questions.filter(([, { digest }]) => digest !== null).map(([id]) => id)),
    endedIn: entry.last?.type === 'error' ? entry.last : null,
  };
}
