import type { Answer, MatchingInput, SessionStatus, Stage, UserInteraction } from '../protocol.ts';
import type { Recorded, RecordedQuestion, RecordedStep, Snapshot } from './session-store.ts';
import { errorOf, eventOf, fieldsOf, type LogEntry } from './redis-log-entry.ts';

/** The hash that says what a session is. Its fields are those that scripts/start.lua and the others set. */
type Fields = ReadonlyMap<string, string>;

/** The status that a record tells; `questions` are those that wait for an answer. */
export function statusOf(record: Fields, sessionId: string, questions: readonly UserInteraction[]): SessionStatus {
  const end = record.get('end');
  const progress = record.get('progress');
  return {
    sessionId,
    completed: end !== undefined,
    interactionsCount: numberOf(record, 'asked'),
    hasResults: end === 'results',
    stage: (record.get('stage') as Stage | undefined) ?? null,
    progress: progress === undefined ? null : Number(progress),
    pendingInteractions: questions,
    lastSequence: numberOf(record, 'last'),
    startedAt: numberOf(record, 'startedAt'),
    expiresAt: end === undefined ? null : numberOf(record, 'forgetAt'),
  };
}

/** What scripts/snapshot.lua gives. */
export type SnapshotReply = readonly [record: readonly string[], questions: readonly LogEntry[], last: LogEntry | null];

/** What is known of a session, from what the script gives. */
export function snapshotOf([flat, entries, last]: SnapshotReply, sessionId: string): Snapshot {
  const record = fieldsOf(flat);
  const questions = entries
    .map((entry) => eventOf(entry, sessionId))
    .filter((event) => event.type === 'user_interaction');
  const answered = new Set(
    questions.map(({ interactionId }) => interactionId).filter((id) => record.has(`digest:${id}`)),
  );
  const open = record.has('end') ? [] : questions.filter(({ interactionId }) => !answered.has(interactionId));
  return {
    status: statusOf(record, sessionId, open),
    input: inputOf(record),
    questions: new Map(questions.map((question) => [question.interactionId, question])),
    answered,
    endedIn: (last && errorOf(last)) ?? null,
  };
}

/** What scripts/recorded.lua gives where the lease is good for something. */
export type RecordedReply =
  | readonly [outcome: 'recorded', record: readonly string[], work: readonly string[]]
  | readonly [outcome: 'rewound', record: readonly string[], work: readonly string[]];

/** What earlier runs recorded, and the last sequence of the log, from what the script gives. */
export function recordedOf([outcome, flat, flatWork]: RecordedReply): {
  readonly recorded: Recorded;
  readonly lastSequence: number;
} {
  const record = fieldsOf(flat);
  const work = [...fieldsOf(flatWork)];
  const under = (prefix: string): [string, string][] =>
    work.filter(([field]) => field.startsWith(prefix)).map(([field, value]) => [field.slice(prefix.length), value]);
  const answers = new Map(under('answer:'));
  const recorded: Recorded = {
    outcome: 'recorded',
    input: inputOf(record),
    startedAt: numberOf(record, 'startedAt'),
    endsBy: numberOf(record, 'endsBy'),
    rewound: outcome === 'rewound',
    steps: new Map(under('step:').map(([key, json]) => [key, JSON.parse(json) as RecordedStep])),
    eventKeys: new Set(under('event:').map(([key]) => key)),
    questions: new Map(questionsOf(record, answers)),
  };
  return { recorded, lastSequence: numberOf(record, 'last') };
}

function questionsOf(record: Fields, answers: ReadonlyMap<string, string>): [string, RecordedQuestion][] {
  return Array.from({ length: numberOf(record, 'asked') }, (_, number) => {
    const interactionId = `interaction_${number}`;
    const answer = answers.get(interactionId);
    return [
      record.get(`key:${interactionId}`) ?? '',
      {
        interactionId,
        expiresAt: numberOf(record, `until:${interactionId}`),
        answer: answer === undefined ? null : (JSON.parse(answer) as Answer),
      },
    ];
  });
}

function inputOf(record: Fields): MatchingInput {
  return JSON.parse(record.get('input') ?? '') as MatchingInput;
}

function numberOf(record: Fields, field: string): number {
  return Number(record.get(field));
}
