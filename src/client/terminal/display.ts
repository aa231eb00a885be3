import type { TerminalOutput } from '../client-options.ts';

/** Where a session is shown. Texts are shown as they are: they were made fit for it before. */
export interface Display {
  line(text: string): void;
  /** `fraction` is 0 to 1. */
  progress(fraction: number, details: string): void;
  /** Leaves the last progress standing. */
  end(): void;
}

/** Lines, for where nothing can be drawn again. */
export function lineDisplay(print: (line: string) => void): Display {
  return {
    line: print,
    progress: (fraction, details) => print(`${percentOf(fraction)} ${details}`),
    end: () => undefined,
  };
}

const DEFAULT_COLUMNS = 80;
const BAR_WIDTH = 20;
/** To the start of the line, and clear it: ECMA-48's EL. */
const CLEAR_LINE = '\r\u001B[2K';

/** A progress bar that is drawn again in place, and lines above it. */
export function barDisplay(output: TerminalOutput): Display {
  let isBarOpen = false;
  const end = (): void => {
    if (isBarOpen) output.write('\n');
    isBarOpen = false;
  };
  return {
    end,
    line(text) {
      end();
      output.write(`${text}\n`);
    },
    progress(fraction, details) {
      // Some terminals say 0 where they do not know.
      const { columns = 0 } = output;
      const room = columns > 0 ? columns : DEFAULT_COLUMNS;
      output.write(`${CLEAR_LINE}${cut(`${barOf(fraction)} ${percentOf(fraction)} ${details}`, room - 1)}`);
      isBarOpen = true;
    },
  };
}

/** A display that can be stopped while a person types: what comes meanwhile is shown afterwards. */
export class HeldDisplay implements Display {
  readonly #display: Display;
  #held: (() => void)[] | null = null;

  constructor(display: Display) {
    this.#display = display;
  }

  line(text: string): void {
    this.#show(() => this.#display.line(text));
  }

  progress(fraction: number, details: string): void {
    this.#show(() => this.#display.progress(fraction, details));
  }

  end(): void {
    this.#show(() => this.#display.end());
  }

  /** What is shown from here on waits for `release`. */
  hold(): void {
    this.#display.end();
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const show of held) show();
  }

  #show(show: () => void): void {
    if (this.#held) this.#held.push(show);
    else show();
  }
}

function percentOf(fraction: number): string {
  return `${Math.round(within01(fraction) * 100)} %`.padStart(5);
}

function barOf(fraction: number): string {
  const filled = Math.round(within01(fraction) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

function within01(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/**
 * What a terminal shows two columns wide: East Asian scripts and full-width forms (Unicode TR11), and emoji.
 */
const WIDE =
  /[\u1100-\u115F\u3000-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\uFE0F|\p{Emoji_Presentation}/u;

/** To a width in columns, by what a reader sees as one character, so that none is torn apart. */
function cut(text: string, room: number): string {
  let [kept, width, fitting] = ['', 0, ''];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += WIDE.test(segment) ? 2 : 1;
    if (width > room) return room > 0 ? `${fitting}…` : '';
    kept += segment;
    if (width < room) fitting = kept;
  }
  return text;
}
