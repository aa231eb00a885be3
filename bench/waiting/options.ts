import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FACE_NAMES, type FaceName } from './face.ts';

/** What `npm run bench:waiting` is to do. */
export interface WaitingOptions {
  readonly sessions: number;
  /** How long to watch all of them wait. */
  readonly seconds: number;
  readonly face: FaceName;
  /** KEEPALIVE_MS of the instance. */
  readonly keepaliveMs: number;
  /** How many sessions are answered, to see how fast events come; the others are cancelled. At most half. */
  readonly answers: number;
  /** A folder for a CPU profile of the instance; null for none. */
  readonly profile: string | null;
}

/** Files that a process has open besides one socket for each session: many, to be safe. */
const OTHER_FILES = 500;

/** Reads the command line. Throws where it does not say what can be done. */
export function readOptions(args: readonly string[]): WaitingOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '60' },
      face: { type: 'string', default: 'graphql' },
      keepalive: { type: 'string', default: '30000' },
      answers: { type: 'string', default: '200' },
      profile: { type: 'string' },
    },
  });
  const face = FACE_NAMES.find((name) => name === values.face);
  if (face === undefined) throw new TypeError(`--face is one of ${FACE_NAMES.join(', ')}`);
  const sessions = positive('sessions', values.sessions);
  return {
    sessions,
    seconds: positive('seconds', values.seconds),
    face,
    keepaliveMs: positive('keepalive', values.keepalive),
    answers: Math.min(positive('answers', values.answers), Math.ceil(sessions / 2)),
    profile: values.profile ?? null,
  };
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`--${name} is a whole number above 0`);
  return number;
}

/** Throws where this machine cannot carry so many, with what to do. Linux alone has `/proc`. */
export function assertMachine({ sessions }: WaitingOptions): void {
  if (process.platform !== 'linux') throw new TypeError('the figures come from /proc, which Linux alone has');
  // Node has raised its own limit as far as it may; the processes that it starts have the same.
  const files = Number(/^Max open files\s+(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  if (sessions + OTHER_FILES > files) {
    throw new TypeError(
      `${sessions} streams need ${sessions + OTHER_FILES} open files in a process, and ${files} are allowed:` +
        ` raise the limit first (ulimit -Hn ${sessions + OTHER_FILES}), or ask for fewer --sessions`,
    );
  }
  const [lowest, highest] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/u).map(Number);
  const ports = (highest ?? 0) - (lowest ?? 0);
  // Each session has a stream at its start and another one later; the port of the first is not free at once.
  if (2 * sessions > ports) {
    throw new TypeError(
      `${sessions} sessions take twice as many ports, and the system gives ${ports}:` +
        ' widen net.ipv4.ip_local_port_range, or ask for fewer --sessions',
    );
  }
}
