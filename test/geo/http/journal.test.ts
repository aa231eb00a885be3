import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MapServiceUnavailable } from '../../../src/geo/map-service.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type Fault, type MapServices, startMapServices, type StubService } from '../../support/map-services/index.ts';
import { benchService, FREELY, patienceFor, requestTo, SECRETS, serve, shown, thrownBy } from './bench.ts';

let maps: MapServices;
let stub: StubService;

beforeAll(async () => {
  maps = await startMapServices();
  stub = maps.geocoding;
});
beforeEach(() => stub.reset());
afterAll(() => maps[Symbol.asyncDispose]());

type Bench = ReturnType<typeof benchService>;

function said({ log }: Bench): readonly string[] {
  return log.lines.map(({ level, message }) => `${level}: ${message}`);
}

function ask({ service }: Bench): Promise<unknown> {
  return thrownBy(service.request(requestTo(stub.url)));
}

describe('the log', () => {
  it('hears once that a service fails and once that it works again', async () => {
    const bench = benchService();
    stub.failAlways({ kind: 'status', status: 503 });
    await ask(bench);
    await ask(bench);
    stub.failAlways(null);
    await ask(bench);
    await ask(bench);
    expect(said(bench)).toEqual(['warn: maps fails', 'info: maps works again']);
  });

  it.each([
    [{ kind: 'status', status: 503 }, 'status 503'],
    [{ kind: 'status', status: 404 }, 'status 404'],
    [{ kind: 'cut' }, 'network UND_ERR_SOCKET'],
    [{ kind: 'html' }, 'garbled'],
    [{ kind: 'hang' }, 'timeout'],
  ] as const)('hears why: %j', async (fault, code) => {
    const bench = benchService(patienceFor(fault));
    stub.failAlways(fault);
    await ask(bench);
    expect(bench.log.lines[0]?.fields).toMatchObject({ cause: { name: 'MapServiceUnavailable', code } });
  });

  it("hears that the month's calls are spent", async () => {
    const bench = benchService({ limit: { ...FREELY, perMonth: 1 } });
    await ask(bench);
    await ask(bench);
    await ask(bench);
    expect(said(bench)).toEqual(['warn: maps fails']);
  });

  it.each([401, 403])('hears once a minute that the token is not accepted: %i', async (status) => {
    const clock = new ManualClock();
    const bench = benchService({ clock });
    stub.failAlways({ kind: 'status', status });
    await ask(bench);
    await ask(bench);
    const line = 'error: maps does not accept the access token';
    expect(said(bench)).toEqual([line]);
    await clock.pass(60_000);
    await ask(bench);
    expect(said(bench)).toEqual([line, line]);
  });

  it.each([400, 422])('hears once a minute that what is asked is refused, and why: %i', async (status) => {
    const clock = new ManualClock();
    const bench = benchService({ clock });
    stub.failAlways({ kind: 'status', status, code: 'InvalidUrl' });
    await ask(bench);
    await ask(bench);
    const line = 'warn: maps refuses what it is asked';
    expect(said(bench)).toEqual([line]);
    expect(bench.log.lines[0]?.fields).toEqual({ status, code: 'InvalidUrl' });
    await clock.pass(60_000);
    await ask(bench);
    expect(said(bench)).toEqual([line, line]);
  });

  it.each([
    ['SYSTEM_ERROR', 'SYSTEM_ERROR'],
    ['near Geheimweg 7', null],
  ])('hears of a refusal in a good answer, by no more than a word: %s', async (refusal, code) => {
    const bench = benchService();
    const request = { ...requestTo(stub.url), refusalIn: () => refusal };
    await bench.service.request(request);
    await bench.service.request(request);
    expect(said(bench)).toEqual(['warn: maps refuses what it is asked']);
    expect(bench.log.lines[0]?.fields).toEqual({ status: 200, code });
  });

  it.each(['NoSegment', 'NoTable', 'TooBig'])('hears nothing of what is an answer: %s', async (code) => {
    const bench = benchService();
    stub.fail({ kind: 'status', status: 400, code });
    await ask(bench);
    expect(said(bench)).toEqual([]);
  });
});

const FAULTS: readonly Fault[] = [
  ...[400, 401, 403, 404, 422, 500, 503].map((status) => ({ kind: 'status', status }) as const),
  { kind: 'status', status: 400, code: 'InvalidInput' },
  { kind: 'rate_limited', resetInMs: 60_000 },
  { kind: 'hang' },
  { kind: 'cut' },
  { kind: 'half_body' },
  { kind: 'html' },
  { kind: 'garbage' },
];

describe('no error and no line of the log has a URL, a token or a query in it', () => {
  /** The secrets that are told by what was thrown or logged. */
  function told(thrown: unknown, { log }: Bench): readonly string[] {
    if (!(thrown instanceof MapServiceUnavailable)) throw new TypeError('the service answered');
    const all = `${shown(thrown)} ${shown(log.lines)}`;
    return SECRETS.filter((secret) => all.includes(secret));
  }

  it.each(FAULTS)('after %j', async (fault) => {
    const bench = benchService(patienceFor(fault));
    stub.failAlways(fault);
    expect(told(await ask(bench), bench)).toEqual([]);
  });

  it('after no connection', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    const bench = benchService();
    expect(told(await thrownBy(bench.service.request(requestTo(gone.url))), bench)).toEqual([]);
  });

  it.each(['http://localhost:1', 'http://user:pk.stub@127.0.0.1:1', 'ftp://127.0.0.1'])(
    'after a base URL that cannot be asked: %s',
    async (base) => {
      const bench = benchService();
      expect(told(await thrownBy(bench.service.request(requestTo(base))), bench)).toEqual([]);
    },
  );

  it('after an error that says back what was asked', async () => {
    await using server = await serve((request, response) =>
      response.writeHead(422).end(JSON.stringify({ message: request.url, code: request.url })),
    );
    const bench = benchService();
    expect(told(await thrownBy(bench.service.request(requestTo(server.url))), bench)).toEqual([]);
  });
});
