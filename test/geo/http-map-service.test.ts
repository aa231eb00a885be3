import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MapServiceUnavailable } from '../../src/geo/map-service.ts';
import { type Fault, type MapServices, startMapServices, type StubService } from '../support/map-services/index.ts';
import { benchService, patienceFor, requestTo, serve, thrownBy } from './http/bench.ts';

let maps: MapServices;
let stub: StubService;

beforeAll(async () => {
  maps = await startMapServices();
  stub = maps.geocoding;
});
beforeEach(() => stub.reset());
afterAll(() => maps[Symbol.asyncDispose]());

const FAILURES = [
  [
    { kind: 'status', status: 500 },
    { failure: 'status', status: 500 },
  ],
  [
    { kind: 'status', status: 503 },
    { failure: 'status', status: 503 },
  ],
  [{ kind: 'cut' }, { failure: 'network', status: null }],
  [{ kind: 'half_body' }, { failure: 'garbled', status: null }],
  [{ kind: 'html' }, { failure: 'garbled', status: null }],
  [{ kind: 'garbage' }, { failure: 'garbled', status: null }],
  [{ kind: 'hang' }, { failure: 'timeout', status: null }],
  [
    { kind: 'slow', ms: 60_000 },
    { failure: 'timeout', status: null },
  ],
] as const satisfies readonly (readonly [Fault, object])[];

describe('what may do better in a moment', () => {
  it.each(FAILURES)('is asked for again, twice: %j', async (fault) => {
    const { service } = benchService(patienceFor(fault, 400));
    stub.fail(fault, fault);
    expect(await service.request(requestTo(stub.url))).toEqual({ features: [] });
    expect(stub.requests).toHaveLength(3);
  });

  it.each(FAILURES)('is given up after the third time: %j', async (fault, unavailable) => {
    const { service } = benchService(patienceFor(fault));
    stub.fail(fault, fault, fault);
    const thrown = await thrownBy(service.request(requestTo(stub.url)));
    expect(thrown).toBeInstanceOf(MapServiceUnavailable);
    expect(thrown).toMatchObject(unavailable);
    expect(stub.requests).toHaveLength(3);
  });

  it('is a service that does not listen, which has a plain word for it', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    const thrown = await thrownBy(benchService().service.request(requestTo(gone.url)));
    expect(thrown).toMatchObject({ failure: 'network', status: null, code: 'ECONNREFUSED' });
  });
});

describe('what stays as it is', () => {
  it.each([400, 401, 403, 404, 422])('is asked for once: %i', async (status) => {
    stub.fail({ kind: 'status', status });
    const thrown = await thrownBy(benchService().service.request(requestTo(stub.url)));
    expect(thrown).toMatchObject({ failure: 'status', status, code: null });
    expect(stub.requests).toHaveLength(1);
  });

  it("carries the service's own word for it", async () => {
    const url = new URL('/table/v1/foot/13.3,52.5;13.4,52.5', maps.osrm.walking.url);
    maps.osrm.walking.fail({ kind: 'status', status: 400, code: 'NoSegment' });
    const request = { ...requestTo(maps.osrm.walking.url), url };
    const thrown = await thrownBy(benchService().service.request(request));
    expect(thrown).toMatchObject({ failure: 'status', status: 400, code: 'NoSegment' });
  });

  it.each(['13.3765', 'No Segment', '', 5, null])('does not carry a code that is no word: %j', async (code) => {
    await using server = await serve((_, response) => response.writeHead(400).end(JSON.stringify({ code })));
    const thrown = await thrownBy(benchService().service.request(requestTo(server.url)));
    expect(thrown).toMatchObject({ status: 400, code: null });
  });

  it('is a redirect: nobody but the service that was configured hears of the place', async () => {
    await using other = await serve((_, response) => response.end('{"features":[]}'));
    await using server = await serve((_, response) => response.writeHead(302, { location: other.url }).end());
    const thrown = await thrownBy(benchService().service.request(requestTo(server.url)));
    expect(thrown).toMatchObject({ failure: 'status', status: 302 });
  });
});

describe('an answer', () => {
  it('is within its time only when the whole of it is', async () => {
    await using server = await serve((_, response) => response.writeHead(200).write('{"features":'));
    const thrown = await thrownBy(benchService({ timeoutMs: 50 }).service.request(requestTo(server.url)));
    expect(thrown).toMatchObject({ failure: 'timeout' });
  });

  it('is garbled when it is longer than any can be', async () => {
    const feature = 'a'.repeat(1024);
    await using server = await serve((_, response) =>
      response.end(JSON.stringify({ features: Array.from({ length: 1024 }, () => feature) })),
    );
    const thrown = await thrownBy(benchService().service.request(requestTo(server.url)));
    expect(thrown).toMatchObject({ failure: 'garbled', code: null });
  });

  it('is read as UTF-8, wherever it is parted', async () => {
    await using server = await serve((_, response) => {
      const text = Buffer.from('{"features":["Köpenick"]}');
      const middle = text.indexOf('ö') + 1;
      response.write(text.subarray(0, middle));
      setImmediate(() => response.end(text.subarray(middle)));
    });
    expect(await benchService().service.request(requestTo(server.url))).toEqual({ features: ['Köpenick'] });
  });

  it('comes to a body that was sent as JSON by POST', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await using server = await serve((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        resolve([request.method, request.headers['content-type'], JSON.parse(text)]);
        response.end('{"data":1}');
      });
    });
    const { url, signal } = requestTo(server.url);
    const request = { url, signal, body: { query: '{a}' }, answer: z.object({ data: z.number() }) };
    expect(await benchService().service.request(request)).toEqual({ data: 1 });
    expect(await promise).toEqual(['POST', 'application/json', { query: '{a}' }]);
  });
});
