import { type App, StartError, startApp } from './app.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { readEnvFile } from './config/env-file.ts';
import { DatabaseUnavailableError } from './db/database.ts';
import { FolderLockedError } from './db/folder-lock.ts';
import { DEMO_PARENTS } from './db/seed/demo-parents.ts';
import { causeOf } from './errors.ts';
import { ListenError } from './http/listen.ts';
import { createLogger } from './http/logger.ts';
import type { Log } from './log.ts';

const EXPECTED = [ConfigError, FolderLockedError, DatabaseUnavailableError, ListenError, StartError];

/** Starts one instance, says what it runs on, and stops on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  readEnvFile();
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const app = await startApp({ config, log, onProgress: say });
  greet(app, config, (performance.now() - startedAt) / 1000);
  stopWhenTold(app, log, config.times.drainMs);
}

/** How often to look whether the npm that started this is still there. */
const LOOK_FOR_NPM_MS = 500;

/**
 * On SIGINT and SIGTERM hands over what runs, closes in order and exits with 0, within `drainMs` whatever is away; a
 * second one, or a close that fails, ends the process the hard way.
 */
function stopWhenTold(app: App, log: Log, drainMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), drainMs).unref();
    app.close({ drainMs }).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ cause: causeOf(error) }, 'could not close in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // npm passes no signal on to what it runs: that it was ended shows only in who the parent is.
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === undefined) return;
  setInterval(() => {
    if (process.ppid !== parent && !stopping) stop();
  }, LOOK_FOR_NPM_MS).unref();
}

function greet({ address, parts, metricsAddress }: App, { auth, introspection }: Config, seconds: number): void {
  const { url } = address;
  const token = auth === null ? '' : ` -H "authorization: Bearer $TOKEN"`;
  const graphiql = introspection ? '         (GraphiQL in a browser)' : '';
  const metrics =
    metricsAddress === null ? `${url}/metrics         (from this machine)` : `${metricsAddress.url}/metrics`;
  const [parent] = DEMO_PARENTS;
  const query = `subscription { matchingSession(input: { parentId: \\"${parent?.id ?? ''}\\" }) { __typename ... on ProcessingUpdate { progress details } ... on UserInteraction { sessionId interactionId question } ... on MatchResults { offers { centerName score } } ... on Error { errorCode message } } }`;
  say(`
Childcare matching is ready (${seconds.toFixed(1)} s).

  database      ${parts.database}
  sessions      ${parts.sessions}
  places        ${parts.geocoder}
  travel times  ${parts.travelTimes}

  GraphQL       ${url}/graphql${graphiql}
  SSE streams   ${url}/graphql/stream
  REST          ${url}/docs            (its description; ${url}/openapi.json)
  metrics       ${metrics}
  tokens        ${auth === null ? 'none are asked for: whoever reaches it is the account demo' : 'asked for, as AUTH_* say'}

Try a search that streams its progress and then asks where work is:

  curl -N ${url}/graphql/stream${token} -H 'content-type: application/json' -d '{"query":"${query}"}'

Or answer at your terminal: ${auth === null ? '' : 'TOKEN="$TOKEN" '}npm run match -- --url ${url}
`);
}

/** For the person at the terminal; the log has lines of JSON. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  // These say themselves what is wrong and what to do; of anything else only where it came from is shown.
  const expected = EXPECTED.some((kind) => error instanceof kind);
  const text = expected && error instanceof Error ? error.message : JSON.stringify(causeOf(error), null, 2);
  process.stderr.write(`The start failed. ${text}\n`);
  process.exit(1);
}
