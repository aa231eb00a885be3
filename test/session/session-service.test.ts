import { expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { Pipeline } from '../../src/pipeline/run-context.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import { createSessionService } from '../../src/session/session-service.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { matchingInput, noOffers } from '../support/session-samples.ts';

const KEY = { account: 'demo', sessionId: 'started-session' };
const INPUT = { ...matchingInput(), sessionId: KEY.sessionId };

/** A service whose store does, or does not, carry out the first start, and says nothing either way. */
function serviceOver(carriedOut: boolean) {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  let silent = true;
  const start: SessionStore['start'] = async (...given) => {
    const began = silent && !carriedOut ? undefined : await MemorySessionStore.prototype.start.apply(store, given);
    if (!silent && began) return began;
    silent = false;
    throw new SessionFailure('unavailable');
  };
  Object.defineProperty(store, 'start', { value: start });
  const pipeline: Pipeline = { admit: async () => {}, run: async () => noOffers() };
  const runner = new SessionRunner({ store, pipeline, clock, log: new RecordingLog(), interactionTimeoutMs: 1000 });
  const options = { store, runner, pipeline, clock, instance: 'one', maxLifeMs: 600_000, retentionMs: 600_000 };
  return { clock, store, service: createSessionService(options) };
}

test('a start that was carried out although its reply was lost is run all the same', async () => {
  const { clock, store, service } = serviceOver(true);
  await expect(service.start('demo', INPUT)).rejects.toThrow(SessionFailure);
  const { events } = await service.start('demo', INPUT);
  const first = events.next();
  await settle();
  await clock.pass(1000);
  expect((await first).value).toMatchObject({ type: 'match_results', sequence: 1 });
  expect((await store.snapshot(KEY))?.status.completed).toBe(true);
});

test('a start that was not carried out begins nothing behind the back of its caller', async () => {
  const { clock, store, service } = serviceOver(false);
  await expect(service.start('demo', INPUT)).rejects.toThrow(SessionFailure);
  await clock.pass(120_000);
  expect(await store.snapshot(KEY)).toBeUndefined();
  expect(clock.pending).toBe(0);
});
