import { pino, stdTimeFunctions, type DestinationStream, type Level, type LoggerOptions } from 'pino';
import type { Log } from '../log.ts';

/** Fields that may hold a secret or a place. They never should be logged; should one be, its value is left out. */
const PRIVATE_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'ticket',
  'address',
  'homeAddress',
  'home_address',
  'latitude',
  'longitude',
  'coordinates',
  'location',
  'body',
  'variables',
];

/**
 * A logger that writes a JSON line for each entry, to standard output unless told otherwise. Private fields are left
 * out at the top and one level down.
 */
export function createLogger(level: Level | 'silent', destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PRIVATE_FIELDS.flatMap((field) => [field, `*.${field}`]), remove: true },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
