import { PassThrough } from 'node:stream';
import type { TerminalStreams } from '../../src/client/index.ts';
import { until } from './manual-client-clock.ts';

/** A terminal without a screen: what is written is kept, and what a person would type is given. */
export class FakeTerminal implements TerminalStreams {
  readonly input = new PassThrough();
  readonly output: PassThrough & { isTTY: boolean; columns: number };
  /** All that was written, escape sequences included. */
  written = '';

  constructor({ isTTY = false, columns = 100 } = {}) {
    this.output = Object.assign(new PassThrough(), { isTTY, columns });
    this.output.on('data', (bytes: Buffer) => {
      this.written += bytes.toString();
    });
  }

  /** What was written, in lines. */
  get lines(): string[] {
    return this.written.split('\n');
  }

  /** Types a line once what is expected was written, and not before. */
  async type(line: string, expected: string): Promise<void> {
    const from = this.#typedAt;
    await until(() => this.written.slice(from).includes(expected));
    this.#typedAt = this.written.length;
    this.input.write(`${line}\n`);
  }

  #typedAt = 0;
}
