import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MapCall } from '../../src/geo/map-call.ts';
import { benchService, budgetThat, FREELY, requestTo, SECRETS } from '../geo/http/bench.ts';
import { type MapServices, startMapServices, type StubService } from '../support/map-services/index.ts';

let maps: MapServices;
let stub: StubService;

beforeAll(async () => {
  maps = await startMapServices();
  stub = maps.geocoding;
});
beforeEach(() => stub.reset());
afterAll(() => maps[Symbol.asyncDispose]());

/** A service whose calls are told, and what was told of them. */
function toldService(given: Parameters<typeof benchService>[0] = {}) {
  const told: MapCall[] = [];
  const { service } = benchService({ ...given, onCall: (call) => told.push(call) });
  return { told, service };
}

test('every attempt is told: those that failed, and the one that did not', async () => {
  const { told, service } = toldService();
  stub.fail({ kind: 'status', status: 503 }, { kind: 'garbage' });
  await service.request(requestTo(stub.url));
  expect(told.map(({ outcome }) => outcome)).toEqual(['status', 'garbled', 'ok']);
  for (const call of told) {
    expect(call).toEqual({
      service: 'maps',
      outcome: call.outcome,
      waitMs: expect.any(Number),
      callMs: expect.any(Number),
    });
    for (const secret of SECRETS) expect(JSON.stringify(call)).not.toContain(secret);
  }
});

test('a call without a turn was never sent', async () => {
  const budget = budgetThat({ reserve: async () => ({ status: 'spent', afterMs: 1000 }) });
  const { told, service } = toldService({ budget, limit: FREELY });
  await expect(service.request(requestTo(stub.url))).rejects.toThrow(/spent/u);
  expect(told).toEqual([{ service: 'maps', outcome: 'spent', waitMs: expect.any(Number), callMs: null }]);
  expect(stub.requests).toHaveLength(0);
});

test('while a service rests, what is not sent is told', async () => {
  const { told, service } = toldService({ breaker: { failures: 1, restMs: 60_000 } });
  stub.fail({ kind: 'status', status: 500 }, { kind: 'status', status: 500 }, { kind: 'status', status: 500 });
  await expect(service.request(requestTo(stub.url))).rejects.toThrow(/status 500/u);
  await expect(service.request(requestTo(stub.url))).rejects.toThrow(/resting/u);
  expect(told.map(({ outcome }) => outcome)).toEqual(['status', 'status', 'status', 'resting']);
  expect(told.at(-1)).toMatchObject({ waitMs: 0, callMs: null });
});

test('a call that nobody waits for any more is aborted', async () => {
  const { told, service } = toldService();
  const leaving = new AbortController();
  stub.fail({ kind: 'hang' });
  const asked = service.request(requestTo(stub.url, leaving.signal));
  await expect.poll(() => stub.requests.length).toBe(1);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  expect(told.map(({ outcome }) => outcome)).toEqual(['aborted']);
});
