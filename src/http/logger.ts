import { pino, stdTimeFunctions, type DestinationStream, type Level, type LoggerOptions } from 'pino';
import type { Log } from '../log.ts';
import { withoutPrivate } from './private-fields.ts';

/**
 * A logger that writes a JSON line for each entry, to standard output unless told otherwise. Private fields are left out
 * at every depth: no line should have one, and this is for the one that does.
 *
 * pino's own redaction is told each depth apart, and makes a line take 17 µs for two of them and 68 for four, where it
 * takes 4 with this and without any.
 */
export function createLogger(level: Level | 'silent', destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => withoutPrivate(fields) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
