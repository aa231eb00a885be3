import { orAborted } from '../client-clock.ts';
import type { TerminalStreams } from '../client-options.ts';
import { MatchingError } from '../matching-error.ts';
import type { HeldDisplay } from './display.ts';

/** Asks for one line, and gives it without white space around it. */
export type AskLine = (prompt: string) => Promise<string>;

/** What a talk is about. */
interface Talk {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly sessionId: string;
}

/** A person at a terminal: one talk at a time, and nothing else is shown while a line is typed. */
export class Prompt {
  readonly #streams: TerminalStreams;
  readonly #display: HeldDisplay;
  /** Settles when the talks so far are over. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(streams: TerminalStreams, display: HeldDisplay) {
    this.#streams = streams;
    this.#display = display;
  }

  /**
   * One talk, once those before it are over. Rejects with the signal's reason when it aborts, and with MatchingError
   * INTERRUPTED when the person leaves the prompt. The terminal is given back in either case.
   */
  async talk<T>(about: Talk, words: (ask: AskLine) => Promise<T>): Promise<T> {
    const before = this.#turn;
    const over = Promise.withResolvers<void>();
    this.#turn = Promise.all([before, over.promise]);
    try {
      await orAborted(before, about.signal);
      return await words((prompt) => this.#ask(prompt, about));
    } finally {
      over.resolve();
    }
  }

  async #ask(prompt: string, { signal, sessionId }: Talk): Promise<string> {
    // Loaded here alone: a page has no such module, and no terminal either.
    const { createInterface } = await import('node:readline');
    signal.throwIfAborted();
    const { input, output: shownOn, questions: output = shownOn } = this.#streams;
    // Its end was before: no event will say so once more.
    if (!input.readable) throw interrupted(sessionId);
    const line = Promise.withResolvers<string>();
    this.#display.hold();
    const reader = createInterface({
      input: input as NodeJS.ReadableStream,
      output: output as NodeJS.WritableStream,
      terminal: output.isTTY === true,
      historySize: 0,
    });
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      reader.close();
      this.#display.release();
    };
    // At once, so that what ended the question is shown after it.
    const fail = (error: unknown): void => {
      if (!isOpen) return;
      output.write('\n');
      close();
      line.reject(error);
    };
    const onAbort = (): void => fail(signal.reason);
    const onLeave = (): void => fail(interrupted(sessionId));
    signal.addEventListener('abort', onAbort, { once: true });
    reader.once('SIGINT', onLeave).once('close', onLeave);
    try {
      reader.question(prompt, line.resolve);
      return (await line.promise).trim();
    } finally {
      signal.removeEventListener('abort', onAbort);
      close();
    }
  }
}

function interrupted(sessionId: string): MatchingError {
  return new MatchingError('INTERRUPTED', 'The prompt was left without an answer.', { sessionId });
}
