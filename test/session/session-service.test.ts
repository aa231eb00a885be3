import { afterEach, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { Pipeline } from '../../src/pipeline/run-context.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { createSessionService, type SessionService } from '../../src/session/session-service.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';
import { HEARTBEAT_MS, TestInstance } from '../support/test-instance.ts';

const KEY = { account: 'demo', sessionId: 'started-session' };
const INPUT = { ...matchingInput(), sessionId: KEY.sessionId };

let clock = new ManualClock();
let store = new MemorySessionStore(clock);
afterEach(async () => {
  await store.close();
  clock = new ManualClock();
  store = new MemorySessionStore(clock);
});

async function serve(
  admit: Pipeline['admit'] = async () => {},
  random = () => 0,
): Promise<{ readonly instance: TestInstance; readonly service: SessionService }> {
  const instance = new TestInstance({ name: 'one', store, clock, run: async () => noOffers() });
  const { runner, takeover } = instance;
  const service = createSessionService({
    store: instance.store,
    runner,
    pipeline: { admit, run: async () => noOffers() },
    clock,
    instance: instance.name,
    maxLifeMs: 600_000,
    retentionMs: 600_000,
    wrongAnswersPerQuestion: 10,
    random,
    onStartInDoubt: () => takeover.lookForOwn(),
  });
  return { instance: await instance.start(), service };
}

test('a start that was carried out although its reply was lost is run all the same, within two heartbeats', async () => {
  const { instance, service } = await serve();
  instance.link.losesReplyTo = 'start';
  await expect(service.start('demo', INPUT)).rejects.toThrow(SessionFailure);
  const { events } = await service.start('demo', INPUT);
  const first = events.next();
  await settle();
  await clock.pass(2 * HEARTBEAT_MS);
  expect((await first).value).toMatchObject({ type: 'match_results', sequence: 1 });
  expect((await store.snapshot(KEY))?.status.completed).toBe(true);
});

test('a start that was not carried out begins nothing behind the back of its caller', async () => {
  const { instance, service } = await serve();
  instance.link.isAway = true;
  await expect(service.start('demo', INPUT)).rejects.toThrow(SessionFailure);
  instance.link.isAway = false;
  await clock.pass(120_000);
  expect(await store.snapshot(KEY)).toBeUndefined();
});

test('a start whose parent cannot be looked up is refused before its caller loses patience, and begins nothing', async () => {
  const { service } = await serve(
    () => new Promise(() => {}),
    () => 0.75,
  );
  const refusal = service.start('demo', INPUT).catch((thrown: unknown) => thrown);
  await settle();
  await clock.pass(2000);
  expect(await refusal).toMatchObject({ code: 'unavailable', details: { retryAfterMs: 2500 } });
  expect(await store.snapshot(KEY)).toBeUndefined();
});

test('an instance that is about to end refuses starts and readers, says when to come again, and takes answers', async () => {
  const { instance, service } = await serve();
  await service.start('demo', INPUT);
  await instance.runner.drain(0);
  const refusal = { code: 'unavailable', details: { retryAfterMs: 1000 } };
  await expect(service.start('demo', { ...INPUT, sessionId: 'another-session' })).rejects.toMatchObject(refusal);
  await expect(service.attach('demo', KEY.sessionId)).rejects.toMatchObject(refusal);
  expect((await service.status('demo', KEY.sessionId)).sessionId).toBe(KEY.sessionId);
  expect(await store.snapshot({ account: 'demo', sessionId: 'another-session' })).toBeUndefined();
});

test('not all that an instance refuses as it is about to end are told to come again at once', async () => {
  const drawn = [0, 0.5, 0.75];
  const { instance, service } = await serve(undefined, () => drawn.shift() ?? Number.NaN);
  await instance.runner.drain(0);
  const refusals = [
    service.start('demo', INPUT),
    service.attach('demo', KEY.sessionId),
    service.start('demo', INPUT),
  ].map((refused) => refused.catch((thrown: unknown) => thrown));
  const after = (retryAfterMs: number) => ({ code: 'unavailable', details: { retryAfterMs } });
  expect(await Promise.all(refusals)).toMatchObject([after(1000), after(2000), after(2500)]);
});

test('a reader of a session whose store goes away and comes back sees all of it', async () => {
  const { instance, service } = await serve();
  instance.link.isAway = false;
  const { events } = await service.start('demo', INPUT);
  instance.link.isAway = true;
  const first = events.next();
  await clock.pass(5000);
  instance.link.isAway = false;
  await clock.pass(5000);
  expect((await first).value).toMatchObject({ type: 'match_results', sequence: 1 });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

/** A session in memory with an open question, and how its answers are sent. */
async function asking(wrongAnswersPerQuestion: number) {
  const instance = new TestInstance({ name: 'one', store, clock, run: async () => noOffers() });
  const service = createSessionService({
    store,
    runner: instance.runner,
    pipeline: { admit: async () => {}, run: async () => noOffers() },
    clock,
    instance: instance.name,
    maxLifeMs: 600_000,
    retentionMs: 600_000,
    wrongAnswersPerQuestion,
  });
  const start = {
    input: matchingInput(),
    startToken: 'token',
    instance: 'one',
    maxLifeMs: 600_000,
    retentionMs: 600_000,
  };
  const started = await store.start(KEY, start);
  if (started.outcome !== 'started') throw new Error('not started');
  await store.ask(started.lease, [{ key: 'work', question: locationQuestion() }], 300_000);
  const question = { sessionId: KEY.sessionId, interactionId: 'interaction_0' };
  const send = (response: unknown) => service.respond('demo', { ...question, response });
  return { right: () => send(RIGHT), wrong: () => send({ confirmation: { confirmed: true } }), send };
}

const RIGHT = { location: { address: 'Potsdamer Platz 1, Berlin' } };
const INVALID = { code: 'invalid_response' };
const limitedFor = (retryAfterMs: number) => ({
  code: 'rate_limited',
  details: { retryAfterMs, interactionId: 'interaction_0' },
});

test('as many answers that do not fit as are allowed are told what is wrong; then none is taken for a minute', async () => {
  const { right, wrong } = await asking(3);
  for (let count = 1; count <= 3; count += 1) await expect(wrong()).rejects.toMatchObject(INVALID);
  await expect(wrong()).rejects.toMatchObject(limitedFor(60_000));
  await clock.pass(20_000);
  await expect(right()).rejects.toMatchObject(limitedFor(40_000));
  await expect(wrong()).rejects.toMatchObject(limitedFor(40_000));
  await clock.pass(40_000);
  expect(await right()).toMatchObject({ status: 'received' });
});

test('after the minute each further answer that does not fit costs another minute, and the question stays open', async () => {
  const { right, wrong } = await asking(1);
  for (let minute = 0; minute < 3; minute += 1) {
    await expect(wrong()).rejects.toMatchObject(INVALID);
    await expect(wrong()).rejects.toMatchObject(limitedFor(60_000));
    await clock.pass(60_000);
  }
  expect(await right()).toMatchObject({ status: 'received' });
});

test('nobody is told to wait for longer than the question does', async () => {
  const { wrong } = await asking(1);
  await clock.pass(290_000);
  await expect(wrong()).rejects.toMatchObject(INVALID);
  await expect(wrong()).rejects.toMatchObject(limitedFor(10_000));
});

test('a question that was answered tells a repeat and a conflict apart, however many did not fit before and after', async () => {
  const { right, wrong, send } = await asking(2);
  await expect(wrong()).rejects.toMatchObject(INVALID);
  await right();
  for (let count = 1; count <= 5; count += 1) {
    await expect(wrong()).rejects.toMatchObject({ code: 'interaction_already_answered' });
  }
  expect(await right()).toMatchObject({ status: 'duplicate' });
  await expect(send({ location: { address: 'Alexanderplatz 1' } })).rejects.toMatchObject({
    code: 'interaction_already_answered',
  });
});
