/** Shows how far something is. */
export interface Progress {
  readonly show: (done: number) => void;
  /** Leaves a last line that says that all is done. */
  readonly end: () => void;
}

/** On a terminal one line that is redrawn, otherwise a line every tenth. */
export function showProgress(what: string, count: number): Progress {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY;
  let tenths = 0;
  const line = (done: number): string => {
    const seconds = (performance.now() - startedAt) / 1000;
    return `${what}: ${grouped(done)} of ${grouped(count)}, ${seconds.toFixed(0)} s`;
  };
  return {
    show(done) {
      const reached = Math.floor((done / count) * 10);
      if (isTerminal) process.stdout.write(`\r\u001B[2K${line(done)}`);
      else if (reached > tenths && reached < 10) console.log(line(done));
      tenths = reached;
    },
    end() {
      console.log(`${isTerminal ? '\r\u001B[2K' : ''}${line(count)}`);
    },
  };
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
