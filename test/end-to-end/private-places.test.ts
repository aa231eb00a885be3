import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fault, type MapServices, startMapServices } from '../support/map-services/index.ts';
import { Program } from '../support/program.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { demoParent, TestApp } from '../support/test-app.ts';

/** Nowhere else in the project. */
const TOKEN = 'pk.canary-7f3b21';
const ADDRESS = 'Zeisigkanarienweg 4711, Berlin';
const SPOT = { latitude: 52.518273645, longitude: 13.391827364 };
/** Of any length that a log might round them to. */
const TRACES = [TOKEN, 'canary', 'Zeisig', 'kanarienweg', '4711', '52.5182', '13.3918', '52,5182', 'access_token'];

const FAULTS: readonly (Fault | null)[] = [
  null,
  { kind: 'status', status: 401 },
  { kind: 'status', status: 422 },
  { kind: 'status', status: 500 },
  { kind: 'rate_limited', resetInMs: 100 },
  { kind: 'hang' },
  { kind: 'cut' },
  { kind: 'html' },
  { kind: 'half_body' },
  { kind: 'garbage' },
  { kind: 'out_of_range' },
];

let services: MapServices;
let program: Program;
let app: TestApp;
beforeAll(async () => {
  services = await startMapServices({
    token: TOKEN,
    places: () => [{ name: ADDRESS, location: SPOT, confidence: 'exact' }],
  });
  const env = {
    ...services.environment(),
    TRAVEL_TIMES: 'walking=osrm,bike=mapbox,public_transport=otp,car=mapbox',
    MAPBOX_TIMEOUT_MS: '100',
    LOG_LEVEL: 'trace',
    DATA_DIR: 'memory',
    PORT: '0',
  };
  program = new Program('node', ['src/main.ts'], { env });
  const [, url = ''] = await program.prints(/(http:\/\/127\.0\.0\.1:\d+)/u);
  app = new TestApp(url, new RecordingLog(), async () => {});
}, 30_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await program.stop();
  await services[Symbol.asyncDispose]();
});

describe('what a person says of places, and the token of the map service,', () => {
  test.each(FAULTS.map((fault) => [fault ? Object.values(fault).join(' ') : 'no fault', fault] as const))(
    'are in no line of the log at any level: %s',
    async (_, fault) => {
      services.geocoding.failAlways(fault);
      services.matrix.failAlways(fault);
      // It has the time limit of the default.
      services.otp.failAlways(fault?.kind === 'hang' ? null : fault);
      for (const parent of [1, 2]) {
        const session = app.match({ parentId: demoParent(parent), sessionId: randomUUID(), limit: 3 });
        const first = await session.question();
        await session.answer(first, { location: { address: ADDRESS } });
        const events = await session.toEnd({ work_location: { location: { coordinates: SPOT } } });
        expect(events.at(-1)?.__typename).toBe('MatchResults');
      }
      for (const trace of TRACES) expect(program.output).not.toContain(trace);
    },
    30_000,
  );

  test('while there are lines, of requests and of services that fail', () => {
    expect(program.output).toMatch(/mapbox-geocoding/u);
    expect(program.output).toMatch(/mapbox-matrix/u);
    expect(program.output.split('\n').length).toBeGreaterThan(20);
  });
});
