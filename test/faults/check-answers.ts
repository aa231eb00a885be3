import { entriesOf, type Evidence, type SessionEvidence } from './evidence.ts';
import type { AnswerLabel, EntryOf, SeenEvent } from './journal-entry.ts';
import { scenarioName } from './scenarios.ts';
import type { Violation } from './violations.ts';

const TAKEN: ReadonlySet<string> = new Set(['RECEIVED', 'DUPLICATE']);

/** An acknowledged answer is in the log, alone, and the results are those that it leads to. */
export function checkAnswers(evidence: Evidence, session: SessionEvidence): Violation[] {
  const sent = entriesOf(session.entries, 'answer_sent');
  const settled = entriesOf(session.entries, 'answer_settled').filter(({ at }) => isBinding(evidence, at));
  const ids = [...new Set(sent.map(({ interactionId }) => interactionId))];
  return [
    ...ids.flatMap((id) => checkOne(session, id, settled)),
    ...(evidence.forgets ? [] : checkRefusals(session, sent, settled)),
    ...checkTimeout(session),
    ...checkOutcome(evidence, session, sent),
  ];
}

/** What was acknowledged before Redis forgot is exempt. */
function isBinding({ forgets, overAt }: Evidence, at: number): boolean {
  return !forgets || at > overAt;
}

function checkOne(
  { plan, log }: SessionEvidence,
  interactionId: string,
  settled: readonly EntryOf<'answer_settled'>[],
): Violation[] {
  const { session } = plan;
  const found: Violation[] = [];
  const taken = labelsOf(settled.filter((one) => one.interactionId === interactionId && TAKEN.has(one.outcome)));
  const answered = (log ?? []).filter((event) => event.answered === interactionId);
  if (taken.length > 1) found.push({ kind: 'two_answers', session, detail: `${interactionId}: ${taken.join(', ')}` });
  if (answered.length > 1) found.push({ kind: 'two_answers', session, detail: `${interactionId}, twice in the log` });
  if (taken.length > 0 && log && answered.length === 0) {
    found.push({ kind: 'answer_lost', session, detail: `${interactionId}: ${taken.join(', ')}` });
  }
  return found;
}

function checkRefusals(
  { plan, log }: SessionEvidence,
  sent: readonly EntryOf<'answer_sent'>[],
  settled: readonly EntryOf<'answer_settled'>[],
): Violation[] {
  return settled.flatMap(({ interactionId, label, outcome, by, at }) => {
    if (TAKEN.has(outcome)) return [];
    const ofThis = (one: { readonly interactionId: string }): boolean => one.interactionId === interactionId;
    const hasRival = sent.some((one) => ofThis(one) && one.label !== label);
    const wasTaken = settled.some(
      (one) => ofThis(one) && one.label === label && one.at <= at && TAKEN.has(one.outcome),
    );
    const isLate = outcome === 'USER_INTERACTION_TIMEOUT' && log?.at(-1)?.error?.code === outcome;
    const isSecond = outcome === 'INTERACTION_ALREADY_ANSWERED' && hasRival && !wasTaken;
    if (isLate || isSecond) return [];
    const detail = `${by}: ${label} to ${interactionId} came to ${outcome}`;
    return [{ kind: 'answer_refused', session: plan.session, detail } as const];
  });
}

function checkTimeout({ plan, log }: SessionEvidence): Violation[] {
  const end = log?.at(-1);
  if (end?.error?.code !== 'USER_INTERACTION_TIMEOUT') return [];
  const { interactionId } = end.error;
  const isBoth = (log ?? []).some(({ answered }) => answered !== null && answered === interactionId);
  return isBoth ? [{ kind: 'answered_and_timed_out', session: plan.session, detail: interactionId ?? '' }] : [];
}

/** The results, and all that was said before them, against runs of the same search to which nothing happened. */
function checkOutcome(
  evidence: Evidence,
  session: SessionEvidence,
  sent: readonly EntryOf<'answer_sent'>[],
): Violation[] {
  const { plan, log } = session;
  const end = log?.at(-1);
  if (!log || end?.type !== 'MatchResults') return [];
  const name = plan.session;
  const possible = answersOf(log, sent, possibleLabels(evidence, session));
  const names = possible.map((answers) => scenarioName({ parent: plan.parent, answers }));
  const references = names.flatMap((one) => evidence.references.get(one) ?? []);
  if (references.length === 0) {
    return [{ kind: 'wrong_events', session: name, detail: `no run to compare with: ${names.join(' or ')}` }];
  }
  if (!references.includes(end.shape)) {
    return [{ kind: 'answer_not_used', session: name, detail: `not the results of ${names.join(' or ')}` }];
  }
  const differences = names.map((one) => differenceOf(log, evidence.references.get(one) ?? []));
  if (differences.includes('')) return [];
  return [{ kind: 'wrong_events', session: name, detail: differences.join(' or ') }];
}

/** For each question the answer that was acknowledged; where none was, or Redis forgot, all that were sent. */
function possibleLabels(evidence: Evidence, session: SessionEvidence): (id: string) => readonly AnswerLabel[] {
  const settled = entriesOf(session.entries, 'answer_settled');
  return (id) =>
    evidence.forgets ? [] : labelsOf(settled.filter((one) => one.interactionId === id && TAKEN.has(one.outcome)));
}

function answersOf(
  log: readonly SeenEvent[],
  sent: readonly EntryOf<'answer_sent'>[],
  taken: (id: string) => readonly AnswerLabel[],
): AnswerLabel[][] {
  const ids = log.flatMap(({ asked }) => (asked ? [asked.interactionId] : []));
  return ids.reduce<AnswerLabel[][]>(
    (lists, id) => {
      const certain = taken(id);
      const labels = certain.length > 0 ? certain : labelsOf(sent.filter((one) => one.interactionId === id));
      return lists.flatMap((list) => labels.map((label) => [...list, label]));
    },
    [[]],
  );
}

/** What a log says more often (+) or less often (-) than it should; empty where it is the same. */
function differenceOf(log: readonly SeenEvent[], reference: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const { shape } of log) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  for (const shape of reference) counts.set(shape, (counts.get(shape) ?? 0) - 1);
  const differing = [...counts].filter(([, count]) => count !== 0);
  return differing.map(([shape, count]) => `${count > 0 ? '+' : ''}${count} ${shape}`).join(', ');
}

function labelsOf(entries: readonly { readonly label: AnswerLabel }[]): AnswerLabel[] {
  return [...new Set(entries.map(({ label }) => label))];
}
