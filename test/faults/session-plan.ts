import type { PlanFact } from './journal-entry.ts';
import { type Scenario, RIVALS, SCENARIOS } from './scenarios.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How a reader reads. */
export interface ReaderPlan {
  readonly name: string;
  /** Milliseconds after the session's first event that it begins at; the owner, who starts the session, has 0. */
  readonly joinsAfterMs: number;
  /** Milliseconds that it takes over each event. */
  readonly slowMs: number;
  /** The probability, at each event, that it leaves and comes back. */
  readonly leaves: number;
}

/** One session of a round, with all who take part in it. */
export interface SessionPlan {
  readonly fact: PlanFact;
  /** Milliseconds after the round's beginning. */
  readonly startsAfterMs: number;
  /** Milliseconds that the person thinks about each question. */
  readonly thinkMs: number;
  /** Answers are sent up to so long before or after the deadline, in milliseconds; null: after `thinkMs`. */
  readonly aroundDeadlineMs: number | null;
  readonly readers: readonly ReaderPlan[];
}

export interface RoundShape {
  readonly round: string;
  readonly sessions: number;
  /** Sessions start at random moments within this. */
  readonly spreadMs: number;
  /** Up to how long a person thinks about a question. */
  readonly longestThinkMs: number;
  /** How close to its deadline every answer is sent, in milliseconds; null: answers know of no deadline. */
  readonly aroundDeadlineMs: number | null;
  /** How long a question waits for its answer. */
  readonly interactionTimeoutMs: number;
  /** Whether one of the sessions is left without an answer, to end by its time. */
  readonly withTimeout: boolean;
}

/** What a run of the pipeline takes at most by itself, with the delays that the instances add. */
const RUN_MS = 4000;

/** The first reader of a session: it starts it, and answers. */
export const OWNER = 'owner';

/** The sessions of a round. */
export function planSessions(shape: RoundShape, random: SeededRandom): SessionPlan[] {
  return Array.from({ length: shape.sessions }, (_, index) => {
    const session = `${shape.round}-s${index}-${random.integer(0, 0xffff_ffff).toString(16)}`;
    const startsAfterMs = random.integer(0, shape.spreadMs);
    if (index === 0 && shape.withTimeout) return unanswered(session, startsAfterMs, shape.interactionTimeoutMs);
    const thinkMs = random.integer(0, shape.longestThinkMs);
    if (shape.aroundDeadlineMs !== null) return meetingDeadline({ session, startsAfterMs, shape, random });
    const parts = { session, startsAfterMs, thinkMs, readers: furtherReaders(random) };
    return planOf({ ...parts, ...(random.chance(0.25) ? contested(random) : answered(random)) });
  });
}

/** A session without haste or anything unusual, for what a run says that nothing happens to. */
export function plainSession(session: string, scenario: Scenario): SessionPlan {
  return planOf({ session, scenario, rival: null, thinkMs: 0, startsAfterMs: 0, readers: [] });
}

function answered(random: SeededRandom): Pick<Parts, 'scenario' | 'rival'> {
  return { scenario: random.pick(SCENARIOS), rival: null };
}

function contested(random: SeededRandom): Pick<Parts, 'scenario' | 'rival'> {
  const [scenario, rival] = random.pick(RIVALS);
  return { scenario, rival };
}

/** One question, so that its answer and the end of its time are all that can meet. */
function meetingDeadline({ session, startsAfterMs, shape, random }: MeetingParts): SessionPlan {
  const scenario = random.pick(SCENARIOS.filter(({ answers }) => answers.length === 1));
  const thinkMs = shape.interactionTimeoutMs;
  const plan = planOf({ session, scenario, rival: null, thinkMs, startsAfterMs, readers: furtherReaders(random) });
  return { ...plan, fact: { ...plan.fact, end: 'either' }, aroundDeadlineMs: shape.aroundDeadlineMs };
}

function unanswered(session: string, startsAfterMs: number, interactionTimeoutMs: number): SessionPlan {
  const scenario = { parent: 1, answers: [] };
  const plan = planOf({ session, scenario, rival: null, thinkMs: 0, startsAfterMs, readers: [] });
  return { ...plan, fact: { ...plan.fact, end: 'timeout', ownMs: RUN_MS + interactionTimeoutMs } };
}

interface MeetingParts {
  readonly session: string;
  readonly startsAfterMs: number;
  readonly shape: RoundShape;
  readonly random: SeededRandom;
}

interface Parts {
  readonly session: string;
  readonly scenario: Scenario;
  readonly rival: PlanFact['rival'];
  readonly thinkMs: number;
  readonly startsAfterMs: number;
  readonly readers: readonly ReaderPlan[];
}

function planOf({ session, scenario, rival, thinkMs, startsAfterMs, readers }: Parts): SessionPlan {
  const { parent, answers } = scenario;
  const ownMs = RUN_MS + answers.length * (thinkMs + RUN_MS);
  const owner: ReaderPlan = { name: OWNER, joinsAfterMs: 0, slowMs: 0, leaves: 0.05 };
  return {
    fact: { kind: 'planned', session, parent, answers, rival, end: 'results', ownMs },
    startsAfterMs,
    thinkMs,
    aroundDeadlineMs: null,
    readers: [owner, ...readers],
  };
}

/** None, one or two: one that comes late, one that is slow, or one that comes and goes. */
function furtherReaders(random: SeededRandom): ReaderPlan[] {
  const kinds: readonly ReaderPlan[] = [
    { name: 'late', joinsAfterMs: random.integer(500, 4000), slowMs: 0, leaves: 0 },
    { name: 'slow', joinsAfterMs: 0, slowMs: random.integer(50, 300), leaves: 0 },
    { name: 'restless', joinsAfterMs: random.integer(0, 1000), slowMs: 0, leaves: 0.4 },
  ];
  return random.shuffle(kinds).slice(0, random.integer(0, 2));
}
