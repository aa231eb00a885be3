import type { MatchResultsMessage, UserInteractionMessage } from '../../rest-protocol.ts';
import type { HandlerContext, ResponseData, TerminalOutput, TerminalStreams } from '../client-options.ts';
import { MatchingError } from '../matching-error.ts';
import { barDisplay, type Display, HeldDisplay, lineDisplay } from './display.ts';
import { Prompt } from './prompt.ts';
import { askChoice, askConfirmation, askLocation } from './questions.ts';
import { resultLines } from './results-table.ts';
import { shown } from '../shown-text.ts';
import { TERMINAL_TEXTS } from './terminal-texts.ts';

/** The method to override where a kind of question cannot be asked. */
const METHODS = {
  location_input: 'handleLocationInput',
  confirmation: 'handleConfirmation',
  choice: 'handleChoice',
} as const;

const ASKS = { location_input: askLocation, confirmation: askConfirmation, choice: askChoice };

/** What the client shows and asks where nobody overrides it. */
export class Terminal {
  readonly #display: HeldDisplay;
  /** Where questions are put. */
  readonly #asking: Display;
  readonly #prompt: Prompt | null;

  /** `streams`: null where there is nobody to ask; what is to be shown then goes to the console. */
  constructor(streams: TerminalStreams | null) {
    this.#display = new HeldDisplay(displayOn(streams));
    this.#asking = streams?.questions ? linesOn(streams.questions) : this.#display;
    this.#prompt = streams && new Prompt(streams, this.#display);
  }

  /** `fraction` is 0 to 1; `details` is a text of the service's. */
  progress(fraction: number, details: string): void {
    this.#display.progress(fraction, shown(details));
  }

  /** A text of the service's on a line of its own. */
  line(text: string): void {
    this.#display.line(shown(text));
  }

  results(message: MatchResultsMessage, { locale }: HandlerContext): void {
    for (const line of resultLines(message, TERMINAL_TEXTS[locale])) this.#display.line(line);
  }

  /** Leaves the last progress standing. */
  end(): void {
    this.#display.end();
  }

  /** Asks a person. Throws MatchingError: NO_TERMINAL where there is none, INTERRUPTED when they leave. */
  async ask(kind: keyof typeof ASKS, message: UserInteractionMessage, context: HandlerContext): Promise<ResponseData> {
    if (!this.#prompt) throw noTerminal(kind, message);
    const about = { signal: context.signal, sessionId: message.session_id };
    return this.#prompt.talk(about, (ask) => ASKS[kind](message, { ask, display: this.#asking, context }));
  }
}

/**
 * The process's own terminal, where a person sits at it; null in a page, or where the input is no terminal. Where the
 * output goes elsewhere, into a file or a pipe, the person is asked where errors are shown.
 */
export function processTerminal(): TerminalStreams | null {
  const { process: own } = globalThis as { readonly process?: Partial<typeof process> };
  if (own?.stdin?.isTTY !== true || !own.stdout) return null;
  const isSeen = own.stdout.isTTY || own.stderr?.isTTY !== true;
  return { input: own.stdin, output: own.stdout, questions: isSeen ? undefined : own.stderr };
}

function displayOn(streams: TerminalStreams | null): Display {
  if (streams?.output.isTTY === true) return barDisplay(streams.output);
  return streams ? linesOn(streams.output) : lineDisplay((line) => console.log(line));
}

function linesOn(output: TerminalOutput): Display {
  return lineDisplay((line) => void output.write(`${line}\n`));
}

function noTerminal(
  kind: keyof typeof METHODS,
  { session_id: sessionId, field_name: field }: UserInteractionMessage,
): MatchingError {
  return new MatchingError(
    'NO_TERMINAL',
    `The service asks for ${shown(field)}, and there is no terminal to ask at: override ${METHODS[kind]} or handleUserInteraction.`,
    { sessionId },
  );
}
