import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryCallBudget } from '../../../src/geo/budget/memory-call-budget.ts';
import type { CallBudget } from '../../../src/geo/call-budget.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { type MapServices, startMapServices, type StubService } from '../../support/map-services/index.ts';
import { benchService, budgetThat, FREELY, requestTo, serve, thrownBy, waitListener } from './bench.ts';

let maps: MapServices;
let stub: StubService;

beforeAll(async () => {
  maps = await startMapServices();
  stub = maps.geocoding;
});
beforeEach(() => stub.reset());
afterAll(() => maps[Symbol.asyncDispose]());

const REASON = new Error('the session was cancelled');
const EVERY_MINUTE = { ...FREELY, name: 'every-minute', spacingMs: 20_000 };

/** A request by a clock that stands still, so that nothing but the abort ends it. */
function abortable(given: Parameters<typeof benchService>[0] = {}) {
  const clock = new ManualClock();
  const ending = new AbortController();
  const bench = benchService({ clock, budget: createMemoryCallBudget(clock), ...given });
  return {
    ...bench,
    clock,
    request: (url: string) => thrownBy(bench.service.request(requestTo(url, ending.signal))),
    ending,
    /** Timers and listeners that are still there. */
    left: () => [clock.pending, getEventListeners(ending.signal, 'abort').length],
  };
}

describe('an abort rejects with its reason at once and leaves nothing behind', () => {
  it('before the request', async () => {
    const { request, ending, left } = abortable();
    ending.abort(REASON);
    expect(await request(stub.url)).toBe(REASON);
    expect(stub.requests).toEqual([]);
    expect(left()).toEqual([0, 0]);
  });

  it('while the budget is asked', async () => {
    const budget = budgetThat({ reserve: () => new Promise(() => {}) });
    const { request, ending, left } = abortable({ budget });
    const thrown = request(stub.url);
    await settle();
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
  });

  it('while it waits for its turn', async () => {
    const { service, request, ending, left } = abortable({ limit: EVERY_MINUTE });
    await service.request(requestTo(stub.url));
    const thrown = request(stub.url);
    await settle();
    expect(left()).toEqual([1, 1]);
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
    expect(stub.requests).toHaveLength(1);
  });

  it('while somebody is told of the wait', async () => {
    const { service, ending, left } = abortable({ limit: EVERY_MINUTE });
    await service.request(requestTo(stub.url));
    const onWait = waitListener();
    onWait.mockReturnValue(new Promise(() => {}));
    const thrown = thrownBy(service.request({ ...requestTo(stub.url, ending.signal), onWait }));
    await settle();
    expect(onWait).toHaveBeenCalledTimes(1);
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
  });

  it('in flight, whose connection is closed', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await serve((request) => {
      request.socket.once('close', closed.resolve);
      arrived.resolve();
    });
    const { request, ending, left } = abortable();
    const thrown = request(server.url);
    await arrived.promise;
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
    await closed.promise;
  });

  it('half an answer in, whose connection is closed', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await serve((request, response) => {
      request.socket.once('close', closed.resolve);
      response.writeHead(200).write('{"features"', () => arrived.resolve());
    });
    const { request, ending, left } = abortable();
    const thrown = request(server.url);
    await arrived.promise;
    await settle();
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
    await closed.promise;
  });

  it('between two attempts', async () => {
    const { request, ending, left, clock } = abortable({ retryDelays: { firstMs: 60_000, mostMs: 60_000 } });
    stub.fail({ kind: 'status', status: 503 });
    const thrown = request(stub.url);
    await vi.waitFor(() => expect(stub.requests[0]?.status).toBe(503));
    await vi.waitFor(() => expect(left()).toEqual([1, 1]));
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
    await clock.pass(120_000);
    expect(stub.requests).toHaveLength(1);
  });

  it('while it says that the service wants to be left alone', async () => {
    const hold = vi.fn<CallBudget['hold']>(() => new Promise(() => {}));
    const budget = budgetThat({ hold });
    const { request, ending, left } = abortable({ budget });
    stub.fail({ kind: 'rate_limited' });
    const thrown = request(stub.url);
    await vi.waitFor(() => expect(hold).toHaveBeenCalled());
    ending.abort(REASON);
    expect(await thrown).toBe(REASON);
    expect(left()).toEqual([0, 0]);
  });
});

it('a request that went well leaves nothing behind either', async () => {
  const { service, ending, left } = abortable();
  await service.request(requestTo(stub.url, ending.signal));
  expect(left()).toEqual([0, 0]);
});

it('an abort is no fault of the service: it does not rest and nothing is logged', async () => {
  const { service, request, ending, log, clock } = abortable({ breaker: { failures: 1, restMs: 60_000 } });
  stub.fail({ kind: 'hang' });
  const thrown = request(stub.url);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  ending.abort(REASON);
  await thrown;
  await service.request(requestTo(stub.url));
  expect(log.lines).toEqual([]);
});
