import { inspect } from 'node:util';
import type { Log } from '../../src/log.ts';
import { watchForPlaces } from './private-places.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** To the last field, errors with their messages and stacks. */
const WHOLE = { depth: 12, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null };

/** A log that keeps what it was told, at every level, before anything is left out of it. None of it may say a place. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  debug(fields: object, message: string): void {
    this.#keep({ level: 'debug', fields, message });
  }

  info(fields: object, message: string): void {
    this.#keep({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.#keep({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.#keep({ level: 'error', fields, message });
  }

  #keep(line: LogLine): void {
    this.lines.push(line);
    watchForPlaces(`${line.level} ${line.message} ${inspect(line.fields, WHOLE)}`);
  }
}
