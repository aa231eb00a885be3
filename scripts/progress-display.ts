import type { SeedProgress } from '../src/db/seed/bulk.ts';

/** Shows how far something is: on a terminal one line that is redrawn, otherwise a line every tenth. */
export interface ProgressDisplay {
  readonly show: (progress: SeedProgress) => void;
  /** Leaves the last line standing. */
  readonly end: () => void;
}

/** Where it is shown: stdout fits. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** `now` gives milliseconds that never go back. */
export function progressDisplay(output: Output, now: () => number): ProgressDisplay {
  const startedAt = now();
  const isTerminal = output.isTTY === true;
  let tenths = 0;
  return {
    show({ done, count }) {
      const line = lineOf({ done, count }, (now() - startedAt) / 1000);
      if (isTerminal) output.write(`\r\u001B[2K${line}`);
      else if (Math.floor((done / count) * 10) > tenths) output.write(`${line}\n`);
      tenths = Math.floor((done / count) * 10);
    },
    end() {
      if (isTerminal) output.write('\n');
    },
  };
}

function lineOf({ done, count }: SeedProgress, seconds: number): string {
  const percent = Math.floor((done / count) * 100);
  const rate = seconds === 0 ? '' : `, ${grouped(done / seconds)} a second`;
  return `${percent} %: ${grouped(done)} of ${grouped(count)} centers${rate}`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
