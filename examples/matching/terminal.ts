import { createInterface } from 'node:readline/promises';
import type { MatchingEvent, Question, Responded } from './operations.ts';

const terminal = createInterface({ input: process.stdin, output: process.stdout });
/** Until when the question that stands there is asked. */
let asking: AbortSignal | undefined;

/** Nothing is asked any more: the program may end. */
export function closeTerminal(): void {
  terminal.close();
}

/** Asks at the terminal, until the signal; an empty line declines. */
export async function ask({ interactionType, question, options }: Question, signal: AbortSignal): Promise<object> {
  for (const { value, label } of options ?? []) console.log(`  ${value}: ${label}`);
  asking = signal;
  const typed = (await terminal.question(`${question} `, { signal })).trim();
  asking = undefined;
  if (typed === '') return { decline: true };
  if (interactionType === 'CHOICE') return { choice: { value: typed } };
  if (interactionType === 'CONFIRMATION') return { confirmation: { confirmed: /^[yj]/i.test(typed) } };
  return { location: { address: typed } };
}

/** Prints a line; a question that is being asked stands below it again. */
export function say(line: string): void {
  if (!asking) return console.log(line);
  console.log(`\n${line}`);
  if (asking.aborted) asking = undefined;
  else terminal.prompt(true);
}

/** Says what became of an answer. */
export function sayReceipt(said: Responded['respondToInteraction']): void {
  if (said.errorCode === undefined) return say(said.status);
  const issues = said.errorDetails.issues.map(({ message }) => `\n  ${message}`);
  say(`${said.errorCode}: ${said.message}${issues.join('')}`);
}

/** Says an event behind its number; what is no part of the session has none. */
export function sayEvent(event: MatchingEvent): void {
  say(event.sequence > 0 ? `${event.sequence}. ${textOf(event)}` : textOf(event));
}

function textOf(event: MatchingEvent): string {
  switch (event.__typename) {
    case 'ProcessingUpdate':
      return `${Math.round(event.progress * 100)} % ${event.details}`;
    case 'UserInteraction':
      return 'A question:';
    case 'Error':
      return `${event.errorCode}: ${event.message}`;
    case 'MatchResults': {
      const offers = event.offers.map(
        ({ centerName, score, explanation }) => `${score.toFixed(2)} ${centerName}\n     ${explanation}`,
      );
      const others = event.counterfactuals.map(({ details }) => details);
      return [`${offers.length} offers:`, ...offers, ...others].join('\n');
    }
  }
}
