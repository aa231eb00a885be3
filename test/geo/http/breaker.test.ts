import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { type MapServices, startMapServices, type StubService } from '../../support/map-services/index.ts';
import { benchService, requestTo, thrownBy } from './bench.ts';

let maps: MapServices;
let stub: StubService;

beforeAll(async () => {
  maps = await startMapServices();
  stub = maps.geocoding;
});
beforeEach(() => stub.reset());
afterAll(() => maps[Symbol.asyncDispose]());

const DOWN = { kind: 'status', status: 503 } as const;
const RESTING = { failure: 'resting', status: null, code: null };

type Service = ReturnType<typeof benchService>['service'];

function ask(service: Service): Promise<unknown> {
  return thrownBy(service.request(requestTo(stub.url)));
}

/** A service that has just begun to rest, of which the stub has forgotten all. */
async function restingService(): Promise<Service> {
  const { service } = benchService({ clock });
  stub.failAlways(DOWN);
  for (let time = 0; time < 5; time += 1) expect(await ask(service)).toMatchObject({ failure: 'status' });
  stub.reset();
  return service;
}

let passed = 0;
let setBack = 0;
/** It stands still but for what the test lets pass: connections and timers go on. */
const clock: Clock = { ...systemClock, now: () => systemClock.now() - setBack, monotonic: () => passed };

function pass(ms: number): void {
  passed += ms;
}

describe('a service that failed five times in a row', () => {
  it('is not asked for 15 seconds', async () => {
    const service = await restingService();
    pass(14_999);
    expect(await ask(service)).toMatchObject(RESTING);
    expect(stub.requests).toEqual([]);
    pass(1);
    expect(await ask(service)).toBeUndefined();
    expect(stub.requests).toHaveLength(1);
  });

  it('rests no longer where the clock on the wall is set back meanwhile', async () => {
    const service = await restingService();
    setBack += 3_600_000;
    pass(15_000);
    expect(await ask(service)).toBeUndefined();
  });

  it('is asked by one alone after that, and rests for the others until it has answered', async () => {
    const service = await restingService();
    pass(15_000);
    stub.fail({ kind: 'slow', ms: 100 });
    const trial = ask(service);
    expect(await Promise.all([ask(service), ask(service)])).toMatchObject([RESTING, RESTING]);
    expect(await trial).toBeUndefined();
    expect(await ask(service)).toBeUndefined();
    expect(stub.requests).toHaveLength(2);
  });

  it('rests again where the trial fails', async () => {
    const service = await restingService();
    pass(15_000);
    stub.fail(DOWN, DOWN, DOWN);
    expect(await ask(service)).toMatchObject({ failure: 'status' });
    pass(14_999);
    expect(await ask(service)).toMatchObject(RESTING);
    pass(1);
    expect(await ask(service)).toBeUndefined();
  });

  it('rests again where the trial is broken off, which proves nothing', async () => {
    const service = await restingService();
    pass(15_000);
    stub.fail({ kind: 'hang' });
    const ending = new AbortController();
    const trial = thrownBy(service.request(requestTo(stub.url, ending.signal)));
    await vi.waitFor(() => expect(stub.requests).toHaveLength(1));
    ending.abort('enough');
    expect(await trial).toBe('enough');
    expect(await ask(service)).toMatchObject(RESTING);
  });

  it('works again where the trial is refused, which is an answer', async () => {
    const service = await restingService();
    pass(15_000);
    stub.fail({ kind: 'status', status: 422 });
    expect(await ask(service)).toMatchObject({ status: 422 });
    expect(await ask(service)).toBeUndefined();
  });
});

it('four failures are not enough, nor are five with an answer between them', async () => {
  const { service } = benchService();
  for (let time = 0; time < 2; time += 1) {
    stub.failAlways(DOWN);
    for (let failed = 0; failed < 4; failed += 1) expect(await ask(service)).toMatchObject({ failure: 'status' });
    stub.failAlways(null);
    expect(await ask(service)).toBeUndefined();
  }
});

it('a service does not rest from what was asked wrongly', async () => {
  const { service } = benchService();
  stub.failAlways({ kind: 'status', status: 422 });
  for (let time = 0; time < 6; time += 1) expect(await ask(service)).toMatchObject({ status: 422 });
  expect(stub.requests).toHaveLength(6);
});
