import type { AnswerLabel } from './journal-entry.ts';

/** What a label says, in the shape of InteractionResponse. */
export const ANSWERS: Readonly<Record<AnswerLabel, object>> = {
  near: { location: { coordinates: { latitude: 52.5363, longitude: 13.417 } } },
  far: { location: { coordinates: { latitude: 52.4437, longitude: 13.5739 } } },
  station: { location: { address: 'Potsdamer Platz 1, Berlin' } },
  nowhere: { location: { address: 'Xyzzyweg 1, Berlin' } },
  declined: { decline: true },
  first: { choice: { value: 'option_1' } },
  second: { choice: { value: 'option_2' } },
  yes: { confirmation: { confirmed: true } },
  no: { confirmation: { confirmed: false } },
};

/** A search, and what is answered in it. */
export interface Scenario {
  /** The last digit of a demo parent's id. */
  readonly parent: number;
  readonly answers: readonly AnswerLabel[];
}

/** Searches with no question, with one of each kind, and with a second one because the first answer did not serve. */
export const SCENARIOS: readonly Scenario[] = [
  { parent: 1, answers: ['near'] },
  { parent: 1, answers: ['far', 'yes'] },
  { parent: 1, answers: ['far', 'no'] },
  { parent: 1, answers: ['station'] },
  { parent: 1, answers: ['nowhere', 'near'] },
  { parent: 2, answers: ['station'] },
  { parent: 2, answers: ['declined'] },
  { parent: 3, answers: [] },
  { parent: 4, answers: ['first'] },
  { parent: 4, answers: ['second'] },
  { parent: 5, answers: ['yes'] },
  { parent: 5, answers: ['no'] },
  { parent: 6, answers: [] },
];

/**
 * Answers of two clients at the same time. Whichever wins, as many of its answers as are asked for are in the table
 * above.
 */
export const RIVALS: readonly (readonly [Scenario, readonly AnswerLabel[]])[] = [
  [{ parent: 1, answers: ['near', 'yes'] }, ['far', 'yes']],
  [{ parent: 4, answers: ['first'] }, ['second']],
  [{ parent: 5, answers: ['yes'] }, ['no']],
];

/** How a parent and answers are written as one text. */
export function scenarioName({ parent, answers }: Scenario): string {
  return [parent, ...answers].join(' ');
}
