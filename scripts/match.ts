import { parseArgs } from 'node:util';
import { type Locale, MatchingError, MatchingStreamClient } from '../src/client/index.ts';
import { shown } from '../src/client/shown-text.ts';

const DEFAULT_PARENT = '550e8400-e29b-41d4-a716-446655440001';
const DEFAULT_URL = 'http://127.0.0.1:8001';

const USAGE = `Matches centers for a parent, and asks at the terminal what the service asks.

  npm run match -- [options]

  --parent ID           the parent, a UUID; ${DEFAULT_PARENT} unless given
  --url URL             where the service runs; ${DEFAULT_URL} unless given
  --limit N             offers at most, 1 to 50
  --max-distance-km N   around the home, above 0 and at most 100
  --locale en|de        the language of questions and details
  --full-centers        address, free places, phone and website of each center
  --session ID          go on with a session that this parent and these options started
  --help                this text

Where tokens are asked for, TOKEN in the environment is the one that is sent.`;

/** The command was not typed as it should be. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for on the command line. */
interface Asked {
  readonly parent: string;
  readonly url: string;
  readonly limit: number | undefined;
  readonly maxDistanceKm: number | undefined;
  readonly locale: Locale | undefined;
  readonly includeFullCenters: boolean | undefined;
  readonly sessionId: string;
}

/** Nobody is there, or nobody stays: a person need not wait through the pauses that a program would. */
const FIRST_RETRIES = 2;

async function main(): Promise<void> {
  const asked = read(process.argv.slice(2));
  if (asked === null) {
    console.log(USAGE);
    return;
  }
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(new MatchingError('INTERRUPTED', 'Left.', { sessionId: asked.sessionId }));
  process.once('SIGINT', leave);
  try {
    await match(asked, leaving.signal);
  } finally {
    process.off('SIGINT', leave);
  }
}

async function match(asked: Asked, signal: AbortSignal): Promise<void> {
  const { parent, url, limit, maxDistanceKm, locale, includeFullCenters, sessionId } = asked;
  // Not as an option: whoever lists processes reads those.
  const token = process.env['TOKEN'] || undefined;
  const client = new MatchingStreamClient(url, { firstRetries: FIRST_RETRIES, token });
  await client.startMatching(parent, { limit, maxDistanceKm, locale, includeFullCenters, sessionId, signal });
}

/** Null when help was asked for. */
function read(args: readonly string[]): Asked | null {
  const values = readArgs(args);
  if (values.help === true) return null;
  return {
    parent: values.parent ?? DEFAULT_PARENT,
    url: urlIn(values.url ?? DEFAULT_URL),
    limit: numberIn('--limit', values.limit, 'a whole number from 1 to 50', (n) => Number.isInteger(n) && n <= 50),
    maxDistanceKm: numberIn(
      '--max-distance-km',
      values['max-distance-km'],
      'a number above 0 and at most 100',
      (n) => n <= 100,
    ),
    locale: localeIn(values.locale),
    includeFullCenters: values['full-centers'],
    sessionId: values.session ?? crypto.randomUUID(),
  };
}

function readArgs(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        parent: { type: 'string' },
        url: { type: 'string' },
        limit: { type: 'string' },
        'max-distance-km': { type: 'string' },
        locale: { type: 'string' },
        'full-centers': { type: 'boolean' },
        session: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read', { cause: error });
  }
}

function urlIn(given: string): string {
  if (/^https?:\/\//u.test(given) && URL.canParse(given)) return given;
  throw new UsageError(`--url is ${JSON.stringify(given)}; allowed: a URL that begins with http:// or https://.`);
}

/** `fits` is asked of numbers above 0. */
function numberIn(
  flag: string,
  given: string | undefined,
  allowed: string,
  fits: (value: number) => boolean,
): number | undefined {
  if (given === undefined) return undefined;
  const value = /^\d+(?:\.\d+)?$/u.test(given) ? Number(given) : Number.NaN;
  if (value > 0 && fits(value)) return value;
  throw new UsageError(`${flag} is ${JSON.stringify(given)}; allowed: ${allowed}.`);
}

function localeIn(given: string | undefined): Locale | undefined {
  if (given === undefined || given === 'en' || given === 'de') return given;
  throw new UsageError(`--locale is ${JSON.stringify(given)}; allowed: en, de.`);
}

function say(error: unknown): void {
  if (!(error instanceof MatchingError)) {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
    return;
  }
  if (error.code === 'INTERRUPTED') console.error(`Left. To go on: the same options and --session ${error.sessionId}`);
  else if (error.code === 'NETWORK_ERROR') console.error(`${error.message}\nIs it running? npm start`);
  else console.error(`${shown(error.code)}: ${error.message}`);
  for (const { path, message } of error.details?.issues ?? []) console.error(`  ${shown(`${path} ${message}`)}`);
}

try {
  await main();
} catch (error) {
  say(error);
  // 130: how a shell says that Ctrl-C ended a program.
  process.exitCode = error instanceof MatchingError && error.code === 'INTERRUPTED' ? 130 : 1;
}
