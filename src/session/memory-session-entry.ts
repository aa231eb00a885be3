import type { Timer } from '../clock.ts';
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
