import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionFailure } from '../../../src/errors.ts';
import { createMemoryCallBudget } from '../../../src/geo/budget/memory-call-budget.ts';
import type { CallLimit } from '../../../src/geo/call-budget.ts';
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

const EVERY_SECOND: CallLimit = { ...FREELY, name: 'every-second', spacingMs: 1000 };

/** A clock at the time of the stub, which stands still: only a request's own time passes. */
function benchClock(): ManualClock {
  return new ManualClock(Date.now());
}

async function requestsSeen(count: number): Promise<void> {
  await vi.waitFor(() => expect(stub.requests.filter(({ status }) => status !== null)).toHaveLength(count));
  await settle();
}

describe('a turn', () => {
  it('is waited for, and heard of where it is half a second away or more', async () => {
    const clock = benchClock();
    const { service } = benchService({ clock, limit: EVERY_SECOND, budget: createMemoryCallBudget(clock) });
    const onWait = waitListener();
    await service.request({ ...requestTo(stub.url), onWait });
    expect(onWait).not.toHaveBeenCalled();
    const second = service.request({ ...requestTo(stub.url), onWait });
    await settle();
    await clock.pass(999);
    expect(stub.requests).toHaveLength(1);
    expect(onWait.mock.calls).toEqual([[1000]]);
    await clock.pass(1);
    await second;
    expect(stub.requests).toHaveLength(2);
  });

  it('is not heard of where it is less than half a second away', async () => {
    const clock = benchClock();
    const limit = { ...EVERY_SECOND, spacingMs: 499 };
    const { service } = benchService({ clock, limit, budget: createMemoryCallBudget(clock) });
    const onWait = waitListener();
    await service.request({ ...requestTo(stub.url), onWait });
    const second = service.request({ ...requestTo(stub.url), onWait });
    await settle();
    await clock.pass(499);
    await second;
    expect(onWait).not.toHaveBeenCalled();
  });

  it('is heard of once a request, however often it is tried', async () => {
    const clock = benchClock();
    const { service } = benchService({ clock, limit: EVERY_SECOND, budget: createMemoryCallBudget(clock) });
    await service.request(requestTo(stub.url));
    const onWait = waitListener();
    stub.fail({ kind: 'status', status: 503 });
    const request = service.request({ ...requestTo(stub.url), onWait });
    await settle();
    await clock.pass(1000);
    await requestsSeen(2);
    await vi.waitFor(async () => {
      await clock.pass(1000);
      expect(stub.requests).toHaveLength(3);
    });
    await request;
    expect(onWait).toHaveBeenCalledTimes(1);
  });

  it('is given to each attempt: a retry is counted like any other call', async () => {
    const budget = createMemoryCallBudget(benchClock());
    const limit = { ...FREELY, perMonth: 3 };
    const { service } = benchService({ limit, budget });
    stub.fail({ kind: 'cut' }, { kind: 'cut' });
    await service.request(requestTo(stub.url));
    expect(await budget.left(limit)).toMatchObject({ inMonth: 0 });
    expect(await thrownBy(service.request(requestTo(stub.url)))).toMatchObject({ failure: 'spent' });
    expect(stub.requests).toHaveLength(3);
  });

  it('that is too far away is none: the service is busy', async () => {
    const clock = benchClock();
    const budget = createMemoryCallBudget(clock);
    const { service } = benchService({ clock, limit: EVERY_SECOND, budget, mostWaitMs: 900 });
    await service.request(requestTo(stub.url));
    expect(await thrownBy(service.request(requestTo(stub.url)))).toMatchObject({ failure: 'busy' });
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    [201, 1],
    [200, 2],
  ])('that is missed by %i ms, as by a process that was stopped, is used or waited for anew', async (ms, seen) => {
    const clock = benchClock();
    const limit = { ...EVERY_SECOND, perMonth: 10 };
    const budget = createMemoryCallBudget(clock);
    const { service } = benchService({ clock, limit, budget });
    await service.request(requestTo(stub.url));
    const second = service.request(requestTo(stub.url));
    await settle();
    clock.freeze();
    await clock.pass(1000 + ms);
    await clock.thaw();
    await settle();
    if (seen === 2) await second;
    expect(stub.requests).toHaveLength(seen);
    await clock.pass(1000);
    await second;
    expect(await budget.left(limit)).toMatchObject({ inMonth: 8 });
  });

  it('that cannot be asked for fails the request as the budget does', async () => {
    const failure = new SessionFailure('unavailable');
    const budget = budgetThat({ reserve: () => Promise.reject(failure) });
    const { service, log } = benchService({ budget });
    expect(await thrownBy(service.request(requestTo(stub.url)))).toBe(failure);
    expect(log.lines).toEqual([]);
  });
});

describe('a 429', () => {
  it('keeps every instance of the same budget from asking until its reset', async () => {
    const clock = benchClock();
    const budget = createMemoryCallBudget(clock);
    const [one, other] = [benchService({ clock, budget }), benchService({ clock, budget })];
    stub.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const refused = one.service.request(requestTo(stub.url));
    await requestsSeen(1);
    const waiting = other.service.request(requestTo(stub.url));
    await settle();
    await clock.pass(4900);
    expect(stub.requests).toHaveLength(1);
    await clock.pass(1200);
    await Promise.all([refused, waiting]);
    expect(stub.requests.map(({ status }) => status)).toEqual([429, 200, 200]);
  });

  it('is obeyed where calls are not counted', async () => {
    const clock = benchClock();
    const { service } = benchService({ clock, limit: null });
    stub.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const refused = service.request(requestTo(stub.url));
    await requestsSeen(1);
    const waiting = service.request(requestTo(stub.url));
    await settle();
    await clock.pass(4900);
    expect(stub.requests).toHaveLength(1);
    await clock.pass(1200);
    await Promise.all([refused, waiting]);
    expect(stub.requests).toHaveLength(3);
  });

  it('takes back the turns that were given before it', async () => {
    const clock = benchClock();
    const budget = createMemoryCallBudget(clock);
    const { service } = benchService({ clock, limit: EVERY_SECOND, budget });
    stub.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const both = [service.request(requestTo(stub.url)), service.request(requestTo(stub.url))];
    await requestsSeen(1);
    await clock.pass(4900);
    expect(stub.requests).toHaveLength(1);
    await clock.pass(10_000);
    await Promise.all(both);
    expect(stub.requests).toHaveLength(3);
  });

  it('takes back the turns that were given to other instances before it', async () => {
    const clock = benchClock();
    const budget = createMemoryCallBudget(clock);
    const [one, other] = [0, 1].map(() => benchService({ clock, limit: EVERY_SECOND, budget }).service);
    stub.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const refused = one?.request(requestTo(stub.url));
    const waiting = other?.request(requestTo(stub.url));
    await requestsSeen(1);
    await clock.pass(4900);
    expect(stub.requests).toHaveLength(1);
    await clock.pass(10_000);
    await Promise.all([refused, waiting]);
    expect(stub.requests.map(({ status }) => status)).toEqual([429, 200, 200]);
  });

  it.each([FREELY, null])('that holds for longer than a turn is waited for is not retried: %j', async (limit) => {
    const clock = benchClock();
    const { service } = benchService({ clock, limit, budget: createMemoryCallBudget(clock) });
    stub.fail({ kind: 'rate_limited', resetInMs: 50_000 });
    const refused = thrownBy(service.request(requestTo(stub.url)));
    await requestsSeen(1);
    await clock.pass(2);
    expect(await refused).toMatchObject({ failure: 'busy' });
    expect(stub.requests).toHaveLength(1);
  });

  it('that comes again and again is given up as soon as no turn comes in the time that a request has', async () => {
    const clock = benchClock();
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': '20' }).end('{}');
    });
    const { service, log } = benchService({ clock, budget: createMemoryCallBudget(clock) });
    const refused = thrownBy(service.request(requestTo(server.url)));
    await vi.waitFor(() => expect(asked).toBe(1));
    await settle();
    // Until the retry has been refused as well.
    await vi.waitFor(
      async () => {
        await clock.pass(1000);
        expect(asked).toBe(2);
      },
      { timeout: 10_000, interval: 1 },
    );
    await vi.waitFor(
      async () => {
        await clock.pass(1);
        expect(log.lines.map(({ message }) => message)).toEqual(['maps fails']);
      },
      { timeout: 10_000, interval: 1 },
    );
    expect(await refused).toMatchObject({ failure: 'busy', status: 429 });
    expect(asked).toBe(2);
  });

  it('costs the month no call that is not made', async () => {
    const clock = benchClock();
    const budget = createMemoryCallBudget(clock);
    const limit = { ...EVERY_SECOND, perMonth: 10 };
    const services = [0, 1].map(() => benchService({ clock, limit, budget }).service);
    stub.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const all = [...services, ...services].map((service) => service.request(requestTo(stub.url)));
    await requestsSeen(1);
    for (let seconds = 0; seconds < 20; seconds += 1) await clock.pass(1000);
    await Promise.all(all);
    expect(stub.requests).toHaveLength(5);
    expect(await budget.left(limit)).toMatchObject({ inMonth: 5 });
  });

  it('is given up after the third, and does not make the service rest', async () => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.writeHead(asked <= 3 ? 429 : 200, { 'retry-after': '0' }).end('{"features":[]}');
    });
    const { service } = benchService({ limit: null, breaker: { failures: 1, restMs: 60_000 } });
    const thrown = await thrownBy(service.request(requestTo(server.url)));
    expect(thrown).toMatchObject({ failure: 'status', status: 429 });
    await service.request(requestTo(server.url));
    expect(asked).toBe(4);
  });
});
