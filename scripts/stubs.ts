import { once } from 'node:events';
import { parseArgs } from 'node:util';
import {
  type MapServices,
  PortTakenError,
  type SeenRequest,
  startMapServices,
} from '../test/support/map-services/index.ts';

const DEFAULT_PORT = 8101;
/** Five ports from the first on. */
const HIGHEST_PORT = 65_531;

const USAGE = `Runs made-up map services on loopback: Mapbox, OSRM and OpenTripPlanner, as strict as the real ones.

  npm run stubs -- [options]

  --port N   the first of five ports, 1 to ${HIGHEST_PORT}; ${DEFAULT_PORT} unless given
  --limits   Mapbox answers 429 above 10 geocoding requests a second and 60 of the Matrix a minute
  --help     this text`;

/** Each mode by one that knows it, so that all of them are asked. */
const TRAVEL_TIMES = 'walking=osrm,bike=osrm,car=mapbox,public_transport=otp';

/** The command was not typed as it should be. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

async function main(): Promise<void> {
  const asked = read(process.argv.slice(2));
  if (asked === null) {
    console.log(USAGE);
    return;
  }
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using services = await startMapServices({ ...asked, onSettled: show });
  console.log(introduction(services));
  await stopped;
}

/** Null when help was asked for. */
function read(args: readonly string[]): { readonly port: number; readonly limits: boolean } | null {
  const { port = String(DEFAULT_PORT), limits, help } = readArgs(args);
  if (help) return null;
  const first = /^\d{1,5}$/u.test(port) ? Number(port) : 0;
  if (first >= 1 && first <= HIGHEST_PORT) return { port: first, limits };
  throw new UsageError(`--port is ${JSON.stringify(port)}; allowed: a whole number from 1 to ${HIGHEST_PORT}.`);
}

function readArgs(args: readonly string[]): { port?: string; limits: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        limits: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read', { cause: error });
  }
}

function introduction(services: MapServices): string {
  const { geocoding, osrm, otp } = services;
  const settings = { ...services.environment(), TRAVEL_TIMES };
  const inFront = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `Mapbox            ${geocoding.url}
OSRM              walking ${osrm.walking.url}, bike ${osrm.bike.url}, car ${osrm.car.url}
OpenTripPlanner   ${otp.url}

To start the project with them:
  ${inFront.join(' ')} npm start

To make requests fail ("times" may be "always"; {"clear":true} ends it), and to see what was asked:
  curl -X POST ${geocoding.url}/_stub/faults -d '{"service":"geocoding","fault":{"kind":"hang"},"times":2}'
  curl ${geocoding.url}/_stub/requests

Each request is a line. Ctrl-C ends it.`;
}

/** Neither the token nor a place is in the line. */
function show(service: string, { at, method, elements, status }: SeenRequest): void {
  const time = new Date(at).toISOString().slice(11, 23);
  const size = elements === 1 ? '' : ` ${elements} elements`;
  console.log(`${time} ${service} ${method}${size}: ${status ?? 'left hanging or cut'}`);
}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof PortTakenError;
  console.error(isExpected ? error.message : error);
  if (isExpected) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}
