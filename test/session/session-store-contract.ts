import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorBody } from '../../src/errors.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import type { Ending, Lease, SessionKey, SessionStart, SessionStore } from '../../src/session/session-store.ts';
import { locationQuestion, matchingInput, noOffers, progressAt } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';
import { registryContract, type StoreUnderTest } from './registry-contract.ts';

const INPUT = matchingInput();

/** Short enough to wait for on a real clock. */
const LIFE_MS = 3000;
const RETENTION_MS = 600;
const TIMEOUT_MS = 400;

const RESULTS: MatchResultsBody = { ...noOffers(), success: true };

const CANCELLED = errorBody('session_cancelled', { parentId: INPUT.parentId });
const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
const FAILED = errorBody('processing_error', { parentId: INPUT.parentId });
const OTHER_ADDRESS = { kind: 'address', address: 'Alexanderplatz 1, Berlin' } as const;

/** The promises of SessionStore, for every implementation: run unchanged on each. */
export function sessionStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}, as a session store`, () => {
    let under: StoreUnderTest;
    let store: SessionStore;
    let count = 0;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    afterAll(async () => under[Symbol.asyncDispose]());

    const newKey = (account = 'demo'): SessionKey => {
      count += 1;
      return { account, sessionId: `contract-${name}-${count}` };
    };
    const startOf = (changes: Partial<SessionStart> = {}): SessionStart => {
      count += 1;
      return {
        input: INPUT,
        startToken: `token-${count}`,
        instance: 'one',
        maxLifeMs: LIFE_MS,
        retentionMs: RETENTION_MS,
        ...changes,
      };
    };
    const begin = async (key = newKey(), changes: Partial<SessionStart> = {}): Promise<Lease> => {
      const started = await store.start(key, startOf(changes));
      if (started.outcome !== 'started') throw new Error(`expected a start, got ${started.outcome}`);
      return started.lease;
    };
    const ask = async (lease: Lease, ...keys: string[]): Promise<void> => {
      const asked = await store.ask(
        lease,
        keys.map((key) => ({ key, question: locationQuestion(key) })),
        TIMEOUT_MS,
      );
      expect(asked.outcome).toBe('written');
    };
    /** What every verb of a runner is told, each different reply once. */
    const refusalsOf = async (lease: Lease): Promise<readonly unknown[]> => {
      const refusals = [
        await store.append(lease, 'late', progressAt(0.9)),
        await store.append(lease, 'begun', progressAt(0.1)),
        await store.record(lease, 'late', { value: 1, workMs: 0 }),
        await store.ask(lease, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS),
        await store.finish(lease, RESULTS),
        await store.recorded(lease),
      ];
      return refusals.filter((one, index) => refusals.findIndex((before) => isDeepStrictEqual(before, one)) === index);
    };
    const logOf = async (key: SessionKey) => (await store.read(key, 0, 1000))?.events ?? [];

    describe('a start', () => {
      test('begins an empty log at epoch 1', async () => {
        const lease = await begin();
        expect(lease.epoch).toBe(1);
        expect(await store.read(lease, 0, 10)).toEqual({
          generation: lease.generation,
          events: [],
          lastSequence: 0,
          ended: false,
        });
      });

      test('that is repeated with the same input exists, and changes nothing', async () => {
        const lease = await begin();
        await store.append(lease, 'a', progressAt(0.1));
        expect(await store.start(lease, startOf())).toEqual({ outcome: 'exists' });
        expect(await logOf(lease)).toHaveLength(1);
      });

      test('with another input is a conflict, and changes nothing', async () => {
        const lease = await begin();
        const other = startOf({ input: { ...INPUT, limit: 11 } });
        expect(await store.start(lease, other)).toEqual({ outcome: 'conflict' });
        expect((await store.snapshot(lease))?.input).toEqual(INPUT);
      });

      test('whose reply was lost gets the same lease when it is sent again', async () => {
        const key = newKey();
        const start = startOf();
        const first = await store.start(key, start);
        expect(await store.start(key, start)).toEqual(first);
      });

      test('by many at once begins one session', async () => {
        const key = newKey();
        const all = await Promise.all(Array.from({ length: 20 }, async () => store.start(key, startOf())));
        expect(all.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
        expect(all.filter(({ outcome }) => outcome === 'exists')).toHaveLength(19);
      });

      test('under the same id by another account is another session', async () => {
        const mine = await begin();
        const theirs = { ...mine, account: 'other' };
        expect(await store.snapshot(theirs)).toBeUndefined();
        await begin({ account: theirs.account, sessionId: mine.sessionId });
        await store.append(mine, 'a', progressAt(0.1));
        expect(await logOf(theirs)).toHaveLength(0);
      });
    });

    describe('the log', () => {
      test('numbers events 1, 2, 3 … and stamps them', async () => {
        const lease = await begin();
        for (const at of [0.1, 0.2, 0.3]) await store.append(lease, `at ${at}`, progressAt(at));
        const events = await logOf(lease);
        expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
        expect(events.every(({ sessionId }) => sessionId === lease.sessionId)).toBe(true);
        const stamps = events.map(({ timestamp }) => timestamp);
        expect(stamps).toEqual(stamps.toSorted((one, other) => one - other));
      });

      test('takes an event once for each key, and says which it was', async () => {
        const lease = await begin();
        expect(await store.append(lease, 'same', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
        expect(await store.append(lease, 'other', progressAt(0.2))).toEqual({ outcome: 'written', sequence: 2 });
        expect(await store.append(lease, 'same', progressAt(0.3))).toEqual({ outcome: 'written', sequence: 1 });
        expect(await logOf(lease)).toHaveLength(2);
      });

      test('never lets progress fall: what would is raised to the last', async () => {
        const lease = await begin();
        for (const at of [0.2, 0.6, 0.4, 0.7]) await store.append(lease, `at ${at}`, progressAt(at));
        const progress = (await logOf(lease)).map((event) => event.type === 'processing_update' && event.progress);
        expect(progress).toEqual([0.2, 0.6, 0.6, 0.7]);
        expect((await store.snapshot(lease))?.status.progress).toBe(0.7);
      });

      test('is read from any cursor, in pages of any size, as the same events', async () => {
        const lease = await begin();
        for (let at = 1; at <= 12; at += 1) await store.append(lease, `at ${at}`, progressAt(at / 20));
        const whole = await logOf(lease);
        await fc.assert(
          fc.asyncProperty(fc.nat(14), fc.integer({ min: 1, max: 15 }), async (after, limit) => {
            const page = await store.read(lease, after, limit);
            expect(page?.events).toEqual(whole.slice(after, after + limit));
            expect(page?.lastSequence).toBe(12);
          }),
          { numRuns: 60 },
        );
      });

      test('of an unknown session is undefined', async () => {
        expect(await store.read(newKey(), 0, 10)).toBeUndefined();
        expect(await store.snapshot(newKey())).toBeUndefined();
      });

      test('keeps every string as it was given', async () => {
        const lease = await begin();
        const odd = 'a\nb\u2028c\0d"\\ \u{1F6B2} ä';
        await store.append(lease, odd, { ...progressAt(0.1), details: odd });
        const [event] = await logOf(lease);
        expect(event?.type === 'processing_update' && event.details).toBe(odd);
      });
    });

    describe('the fence', () => {
      test('a claim makes every earlier lease stale, for every write', async () => {
        const old = await begin();
        await ask(old, 'work_location');
        const lease = await store.claim(old, old.epoch, 'two');
        expect(lease).toEqual({ ...old, epoch: 2 });
        const stale = { outcome: 'stale' };
        expect(await store.append(old, 'late', progressAt(0.9))).toEqual(stale);
        expect(await store.record(old, 'late', { value: 1, workMs: 0 })).toEqual(stale);
        expect(await store.ask(old, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS)).toEqual(stale);
        expect(await store.finish(old, RESULTS)).toEqual(stale);
        expect(await store.recorded(old)).toEqual(stale);
        expect(await logOf(old)).toHaveLength(1);
      });

      test('of several that claim at once, one gets the session', async () => {
        const old = await begin();
        const claims = await Promise.all(['a', 'b', 'c', 'd'].map(async (who) => store.claim(old, 1, who)));
        expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
      });

      test('a claim whose reply was lost gets the same lease when it is sent again', async () => {
        const old = await begin();
        const first = await store.claim(old, 1, 'two');
        expect(await store.claim(old, 1, 'two')).toEqual(first);
      });

      test('nobody claims at an epoch that has passed, or a session that has ended', async () => {
        const old = await begin();
        const second = await store.claim(old, 1, 'two');
        const third = second && (await store.claim(second, 2, 'three'));
        expect(third?.epoch).toBe(3);
        expect(await store.claim(old, 1, 'four')).toBeUndefined();
        if (third) await store.finish(third, RESULTS);
        expect(await store.claim(old, 3, 'four')).toBeUndefined();
      });

      test('a lease on a log that was begun anew is stale', async () => {
        const lease = await begin();
        const other: Lease = { ...lease, generation: 'another' };
        expect(await store.append(other, 'a', progressAt(0.1))).toEqual({ outcome: 'stale' });
      });

      test('a lease on a session that was taken over is stale, also when that one has ended', async () => {
        const old = await begin();
        const lease = await store.claim(old, 1, 'two');
        if (lease) await store.finish(lease, RESULTS);
        expect(await refusalsOf(old)).toEqual([{ outcome: 'stale' }]);
        expect(await store.expire(old)).toEqual({ outcome: 'ended', ending: 'results', epoch: 2 });
      });

      test.each([
        ['results', async (lease) => store.finish(lease, RESULTS)],
        ['error', async (lease) => store.finish(lease, FAILED)],
        ['cancelled', async (lease) => store.cancel(lease, CANCELLED)],
        [
          'timeout',
          async (lease) => {
            await ask(lease, 'work_location');
            await under.pass(TIMEOUT_MS);
            await store.expire(lease);
          },
        ],
        [
          'overrun',
          async (lease) => {
            await under.pass(TIMEOUT_MS);
            await store.cancel(lease, CANCELLED);
          },
        ],
      ] as const satisfies readonly (readonly [Ending, (lease: Lease) => Promise<unknown>])[])(
        'a lease on a session that nobody took over and that has ended is told how: %s',
        async (ending, end) => {
          const lease = await begin(newKey(), ending === 'overrun' ? { maxLifeMs: TIMEOUT_MS } : {});
          await store.append(lease, 'begun', progressAt(0.1));
          await end(lease);
          expect(await refusalsOf(lease)).toEqual([{ outcome: 'ended', ending }]);
          expect(await store.expire(lease)).toEqual({ outcome: 'ended', ending, epoch: 1 });
        },
      );

      test('a lease on a session that was forgotten is told that there is none', async () => {
        const lease = await begin();
        await store.finish(lease, RESULTS);
        await under.pass(RETENTION_MS + 50);
        expect(await refusalsOf(lease)).toEqual([{ outcome: 'session_not_found' }]);
      });
    });

    describe('a log that is older than what its runner has seen', () => {
      const rewound = { outcome: 'rewound' };

      test('takes nothing from it but its end in an error', async () => {
        const lease = await begin();
        await store.append(lease, 'begun', progressAt(0.1));
        for (const ahead of [
          { ...lease, seen: 2 },
          { ...lease, epoch: 2 },
        ]) {
          expect(await store.append(ahead, 'late', progressAt(0.9))).toEqual(rewound);
          expect(await store.append(ahead, 'begun', progressAt(0.1))).toEqual(rewound);
          expect(await store.record(ahead, 'late', { value: 1, workMs: 0 })).toEqual(rewound);
          expect(await store.ask(ahead, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS)).toEqual(rewound);
          expect(await store.finish(ahead, RESULTS)).toEqual(rewound);
          expect(await store.recorded(ahead)).toMatchObject({ rewound: true, eventKeys: new Set(['begun']) });
        }
        expect(await store.recorded(lease)).toMatchObject({ rewound: false, steps: new Map(), questions: new Map() });
        expect(await logOf(lease)).toHaveLength(1);
      });

      test('is ended by an error, and is another log then', async () => {
        const lease = await begin();
        await store.append(lease, 'begun', progressAt(0.1));
        const ahead = { ...lease, seen: 7, epoch: 3 };
        expect(await store.finish(ahead, FAILED)).toEqual({ outcome: 'written', sequence: 2 });
        const page = await store.read(lease, 0, 10);
        expect(page).toMatchObject({ ended: true, lastSequence: 2 });
        expect(page?.events.at(-1)).toMatchObject({ errorCode: 'processing_error' });
        expect(page?.generation).not.toBe(lease.generation);
        expect(await store.finish(ahead, FAILED)).toEqual({ outcome: 'stale' });
        expect((await store.read(lease, 0, 10))?.generation).toBe(page?.generation);
      });

      test('is not to be ended by whom somebody else has taken it over from', async () => {
        const lease = await begin();
        await store.claim(lease, 1, 'two');
        const ahead = { ...lease, seen: 5 };
        expect(await store.finish(ahead, FAILED)).toEqual({ outcome: 'stale' });
        expect(await store.recorded(ahead)).toEqual({ outcome: 'stale' });
        expect((await store.read(lease, 0, 10))?.ended).toBe(false);
      });

      test('is known by what the lease has seen, which its own writes and a run from the top raise', async () => {
        const lease = await begin();
        expect(lease.seen).toBe(0);
        await store.append(lease, 'a', progressAt(0.1));
        await store.append(lease, 'b', progressAt(0.2));
        await store.append(lease, 'a', progressAt(0.1));
        expect(lease.seen).toBe(2);
        await ask(lease, 'work_location');
        expect(lease.seen).toBe(3);
        await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect(lease.seen).toBe(3);
        await store.recorded(lease);
        expect(lease.seen).toBe(4);
        expect((await store.claim(lease, 1, 'two'))?.seen).toBe(4);
        const ahead = { ...lease, epoch: 3, seen: 1 };
        await store.recorded(ahead);
        expect(ahead.seen).toBe(1);
      });
    });

    describe('what was recorded', () => {
      test('comes back to whoever runs the session next', async () => {
        const old = await begin();
        await store.append(old, 'begun', progressAt(0.25));
        await store.record(old, 'geocoded', { value: { at: [1, 2], text: 'ß' }, workMs: 12.5 });
        await ask(old, 'work_location');
        await store.answer(old, 'interaction_0', ADDRESS, 'Answer received');
        const lease = await store.claim(old, 1, 'two');
        const recorded = lease && (await recordedUnder(store, lease));
        expect(recorded?.input).toEqual(INPUT);
        expect(recorded?.eventKeys).toEqual(new Set(['begun']));
        expect(recorded?.steps.get('geocoded')).toEqual({ value: { at: [1, 2], text: 'ß' }, workMs: 12.5 });
        expect(recorded?.questions.get('work_location')).toMatchObject({
          interactionId: 'interaction_0',
          answer: ADDRESS,
        });
      });

      test('stands: a step that is recorded again keeps what it was first', async () => {
        const lease = await begin();
        await store.record(lease, 'step', { value: 'first', workMs: 1 });
        await store.record(lease, 'step', { value: 'second', workMs: 2 });
        expect((await recordedUnder(store, lease)).steps.get('step')?.value).toBe('first');
      });
    });

    describe('questions', () => {
      test('are numbered in the order asked, in the log and in the status', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await ask(lease, 'gym_location');
        const snapshot = await store.snapshot(lease);
        expect([...(snapshot?.questions.keys() ?? [])]).toEqual(['interaction_0', 'interaction_1']);
        expect(snapshot?.status.interactionsCount).toBe(2);
        expect(snapshot?.status.pendingInteractions.map(({ fieldName }) => fieldName)).toEqual([
          'work_location',
          'gym_location',
        ]);
        expect(await logOf(lease)).toEqual(snapshot?.status.pendingInteractions);
      });

      test('that are answered before any progress are closed at the first stage', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect((await store.snapshot(lease))?.status).toMatchObject({ stage: 'loading_preferences', progress: 0 });
        expect((await logOf(lease)).at(-1)).toMatchObject({ stage: 'loading_preferences', progress: 0 });
      });

      test('are put once for each key, in one call too', async () => {
        const twice = await begin();
        await ask(twice, 'same', 'same');
        expect(await logOf(twice)).toHaveLength(1);
        const lease = await begin();
        await ask(lease, 'work_location');
        await ask(lease, 'work_location', 'gym_location');
        expect((await logOf(lease)).map(({ type }) => type)).toEqual(['user_interaction', 'user_interaction']);
      });

      test('that are put together share one deadline: their number times the timeout', async () => {
        const lease = await begin();
        await ask(lease, 'one', 'two', 'three');
        const log = await logOf(lease);
        const deadlines = log.map((event) => event.type === 'user_interaction' && event.expiresAt - event.timestamp);
        for (const ms of deadlines) {
          expect(ms).toBeGreaterThan(3 * TIMEOUT_MS - 50);
          expect(ms).toBeLessThanOrEqual(3 * TIMEOUT_MS);
        }
        expect(new Set(log.map((event) => event.type === 'user_interaction' && event.expiresAt)).size).toBe(1);
      });

      test('that join open ones share the later deadline with them', async () => {
        const lease = await begin();
        await ask(lease, 'one');
        await under.pass(TIMEOUT_MS / 2);
        await ask(lease, 'two');
        await under.pass(TIMEOUT_MS / 2);
        expect((await store.expire(lease)).outcome).toBe('not_yet');
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
        const two = (await logOf(lease)).findLast((event) => event.type === 'user_interaction');
        expect((two?.expiresAt ?? 0) - (two?.timestamp ?? 0)).toBeGreaterThan(2 * TIMEOUT_MS - 50);
        await under.pass(2 * TIMEOUT_MS);
        expect(await store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'timeout' });
      });

      test('have no deadline beyond the longest life of the session', async () => {
        const started = await store.start(newKey(), startOf({ maxLifeMs: 200 }));
        if (started.outcome !== 'started') throw new Error('not started');
        await ask(started.lease, 'work_location');
        const [event] = await logOf(started.lease);
        expect(event?.type === 'user_interaction' && event.expiresAt).toBe(started.endsBy);
      });
    });

    describe('an answer', () => {
      test('is taken, and closes the question in the log in the same step', async () => {
        const lease = await begin();
        await store.append(lease, 'begun', progressAt(0.4));
        await ask(lease, 'work_location');
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'Answer received')).toEqual({ outcome: 'received' });
        const last = (await logOf(lease)).at(-1);
        expect(last).toMatchObject({
          type: 'processing_update',
          stage: 'finding_centers',
          progress: 0.4,
          details: 'Answer received',
          answeredInteractionId: 'interaction_0',
          sequence: 3,
        });
        const snapshot = await store.snapshot(lease);
        expect(snapshot?.status.pendingInteractions).toEqual([]);
        expect(snapshot?.answered).toEqual(new Set(['interaction_0']));
        expect(snapshot?.endedIn).toBeNull();
      });

      test('that comes again is a duplicate and changes nothing; another is refused and the first stands', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect(await store.answer(lease, 'interaction_0', { ...ADDRESS }, 'ok')).toEqual({ outcome: 'duplicate' });
        expect(await store.answer(lease, 'interaction_0', OTHER_ADDRESS, 'ok')).toEqual({
          outcome: 'already_answered',
        });
        expect(await logOf(lease)).toHaveLength(2);
        expect((await recordedUnder(store, lease)).questions.get('work_location')?.answer).toEqual(ADDRESS);
      });

      test('of many at once: one wins and the log says so once', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        const answers = Array.from(
          { length: 20 },
          (_, index) => ({ kind: 'address', address: `No ${index}` }) as const,
        );
        const outcomes = await Promise.all(
          answers.map(async (answer) => (await store.answer(lease, 'interaction_0', answer, 'ok')).outcome),
        );
        expect(outcomes.filter((outcome) => outcome === 'received')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'already_answered')).toHaveLength(19);
        const winner = answers[outcomes.indexOf('received')];
        expect((await recordedUnder(store, lease)).questions.get('work_location')?.answer).toEqual(winner);
        expect(await logOf(lease)).toHaveLength(2);
      });

      test('to a question that was not asked, or of no session, is told so', async () => {
        const lease = await begin();
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'interaction_not_found' });
        expect(await store.answer(newKey(), 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'session_not_found' });
      });

      test('at or after the deadline ends the session with user_interaction_timeout', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await under.pass(TIMEOUT_MS);
        const outcome = await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect(outcome).toMatchObject({ outcome: 'ended', error: { errorCode: 'user_interaction_timeout' } });
        const log = await logOf(lease);
        expect(log.map(({ type }) => type)).toEqual(['user_interaction', 'error']);
        expect(log.at(-1)).toMatchObject({
          errorCode: 'user_interaction_timeout',
          fatal: true,
          errorDetails: { interactionId: 'interaction_0', parentId: INPUT.parentId },
        });
      });

      test('is still known after the end: the same is a duplicate, another is refused', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        await store.finish(lease, RESULTS);
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
        expect(await store.answer(lease, 'interaction_0', OTHER_ADDRESS, 'ok')).toEqual({
          outcome: 'already_answered',
        });
      });
    });

    describe('answers that do not fit a question', () => {
      const LIMIT = { most: 3, pauseMs: 1500 };
      /** A session with two open questions that have much longer than a pause. */
      const beginAsked = async (): Promise<Lease> => {
        const lease = await begin(newKey(), { maxLifeMs: 60_000 });
        const questions = ['home', 'work'].map((key) => ({ key, question: locationQuestion(key) }));
        await store.ask(lease, questions, 20_000);
        return lease;
      };
      const misfit = async (key: SessionKey, id = 'interaction_0') => store.misfit(key, id, LIMIT);
      const times = async (length: number, key: SessionKey): Promise<string[]> => {
        const outcomes = await Promise.all(Array.from({ length }, async () => misfit(key)));
        return outcomes.map(({ outcome }) => outcome);
      };

      test('are taken so many times, by whichever instance; then the question takes no answer, a right one neither', async () => {
        const lease = await beginAsked();
        expect((await times(10, lease)).toSorted()).toEqual([
          ...Array.from({ length: 7 }, () => 'paused'),
          ...Array.from({ length: 3 }, () => 'taken'),
        ]);
        const answered = await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect(answered).toMatchObject({ outcome: 'paused' });
        const { forMs } = answered as { readonly forMs: number };
        expect(forMs).toBeGreaterThan(0);
        expect(forMs).toBeLessThanOrEqual(LIMIT.pauseMs);
        expect((await store.snapshot(lease))?.status).toMatchObject({ completed: false, lastSequence: 2 });
      });

      test('count for their question alone', async () => {
        const lease = await beginAsked();
        await times(4, lease);
        expect(await misfit(lease, 'interaction_1')).toEqual({ outcome: 'taken' });
        expect(await store.answer(lease, 'interaction_1', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
        const other = await beginAsked();
        expect(await misfit(other)).toEqual({ outcome: 'taken' });
      });

      test('leave it open: after the pause one more is taken, and that begins the next', async () => {
        const lease = await beginAsked();
        await times(6, lease);
        await under.pass(LIMIT.pauseMs);
        expect((await times(3, lease)).toSorted()).toEqual(['paused', 'paused', 'taken']);
        await under.pass(LIMIT.pauseMs);
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
      });

      test('pause it until its deadline at most, and end no session', async () => {
        const lease = await begin();
        await store.ask(lease, [{ key: 'home', question: locationQuestion('home') }], 2000);
        await store.misfit(lease, 'interaction_0', { most: 1, pauseMs: 60_000 });
        const { forMs } = (await misfit(lease)) as { readonly forMs: number };
        expect(forMs).toBeGreaterThan(0);
        expect(forMs).toBeLessThanOrEqual(2000);
      });

      test('are not counted for a question that is closed, nor make a session', async () => {
        const lease = await beginAsked();
        await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        expect(await times(5, lease)).toEqual(Array.from({ length: 5 }, () => 'taken'));
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
        expect(await misfit(lease, 'interaction_7')).toEqual({ outcome: 'taken' });
        const nobody = newKey();
        expect(await times(5, nobody)).toEqual(Array.from({ length: 5 }, () => 'taken'));
        expect(await store.snapshot(nobody)).toBeUndefined();
      });

      test('are in no log, and are forgotten with the session', async () => {
        const lease = await beginAsked();
        await times(5, lease);
        expect(await logOf(lease)).toHaveLength(2);
        await store.finish(lease, FAILED);
        await under.pass(RETENTION_MS);
        expect(await store.snapshot(lease)).toBeUndefined();
        const again = await begin({ account: lease.account, sessionId: lease.sessionId });
        await store.ask(again, [{ key: 'home', question: locationQuestion('home') }], 20_000);
        expect(await misfit(again)).toEqual({ outcome: 'taken' });
      });
    });

    describe('the end', () => {
      test('is the last entry: nothing is written after it', async () => {
        const lease = await begin();
        expect(await store.finish(lease, RESULTS)).toEqual({ outcome: 'written', sequence: 1 });
        const ended = { outcome: 'ended', ending: 'results' };
        expect(await refusalsOf(lease)).toEqual([ended]);
        expect((await store.cancel(lease, CANCELLED))?.hasResults).toBe(true);
        expect(await store.expire(lease)).toMatchObject(ended);
        expect(await logOf(lease)).toHaveLength(1);
        expect((await store.read(lease, 0, 10))?.ended).toBe(true);
      });

      test('is one, however many would end it at once', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        await under.pass(TIMEOUT_MS - 5);
        await Promise.all([
          store.finish(lease, RESULTS),
          store.cancel(lease, CANCELLED),
          under.pass(10).then(async () => store.expire(lease)),
          store.answer(lease, 'interaction_0', ADDRESS, 'ok'),
        ]);
        const log = await logOf(lease);
        const ends = log.filter((event) => event.type === 'match_results' || (event.type === 'error' && event.fatal));
        expect(ends).toHaveLength(1);
        expect(ends[0]).toEqual(log.at(-1));
      });

      test('by its owner is in the log, from any instance, and the runner is told at its next write', async () => {
        const lease = await begin();
        const status = await store.cancel({ account: lease.account, sessionId: lease.sessionId }, CANCELLED);
        expect(status).toMatchObject({ completed: true, hasResults: false, lastSequence: 1 });
        expect((await logOf(lease)).at(-1)).toMatchObject({ errorCode: 'session_cancelled' });
        expect((await store.snapshot(lease))?.endedIn).toMatchObject({ errorCode: 'session_cancelled' });
        expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'ended', ending: 'cancelled' });
        expect(await store.cancel(newKey(), CANCELLED)).toBeUndefined();
      });

      test('comes when a question was not answered in time', async () => {
        const lease = await begin();
        await ask(lease, 'work_location');
        const early = await store.expire(lease);
        const inMs = early.outcome === 'not_yet' ? early.inMs : Number.NaN;
        expect(inMs).toBeGreaterThan(0);
        expect(inMs).toBeLessThanOrEqual(TIMEOUT_MS);
        await under.pass(TIMEOUT_MS);
        expect(await store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'timeout' });
        expect((await logOf(lease)).at(-1)).toMatchObject({ errorCode: 'user_interaction_timeout' });
        expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toMatchObject({ outcome: 'ended' });
      });

      test('comes as processing_error when the longest life is over and no question is open', async () => {
        const lease = await begin(newKey(), { maxLifeMs: 100 });
        await store.append(lease, 'begun', progressAt(0.1));
        await under.pass(100);
        expect(await store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'overrun' });
        expect((await logOf(lease)).at(-1)).toMatchObject({
          errorCode: 'processing_error',
          errorDetails: { failedStage: 'finding_centers' },
        });
      });

      test('leaves the log for the retention, and then nothing', async () => {
        const lease = await begin();
        await store.finish(lease, RESULTS);
        const status = (await store.snapshot(lease))?.status;
        const last = (await logOf(lease)).at(-1);
        expect((status?.expiresAt ?? 0) - (last?.timestamp ?? 0)).toBeGreaterThanOrEqual(RETENTION_MS - 50);
        await under.pass(RETENTION_MS + 50);
        expect(await store.snapshot(lease)).toBeUndefined();
        expect(await store.read(lease, 0, 10)).toBeUndefined();
        expect(await store.expire(lease)).toEqual({ outcome: 'session_not_found' });
        expect((await begin(lease)).epoch).toBe(1);
      });

      test("comes to nobody's session too: one that no instance runs is forgotten", async () => {
        const lease = await begin(newKey(), { maxLifeMs: 100, retentionMs: 100 });
        await under.pass(260);
        expect(await store.snapshot(lease)).toBeUndefined();
      });
    });

    registryContract(name, open);

    describe('a watch', () => {
      const rings = async (key: SessionKey, change: () => Promise<unknown>): Promise<boolean> => {
        const rung = Promise.withResolvers<boolean>();
        const stop = await store.watch(key, () => rung.resolve(true));
        await change();
        const tooLong = setTimeout(() => rung.resolve(false), 1000);
        const heard = await rung.promise;
        clearTimeout(tooLong);
        stop();
        return heard;
      };

      test('rings after every kind of change, from any instance', async () => {
        const lease = await begin();
        expect(await rings(lease, async () => store.append(lease, 'a', progressAt(0.1)))).toBe(true);
        expect(await rings(lease, async () => ask(lease, 'work_location'))).toBe(true);
        expect(await rings(lease, async () => store.answer(lease, 'interaction_0', ADDRESS, 'ok'))).toBe(true);
        expect(await rings(lease, async () => store.finish(lease, RESULTS))).toBe(true);
        const other = await begin();
        expect(await rings(other, async () => store.cancel(other, CANCELLED))).toBe(true);
        const overdue = await begin(newKey(), { maxLifeMs: 100 });
        await under.pass(110);
        expect(await rings(overdue, async () => store.expire(overdue))).toBe(true);
      });

      test('is for one session only, and ends when it is stopped', async () => {
        const [mine, other] = [await begin(), await begin()];
        let heard = 0;
        const stop = await store.watch(mine, () => {
          heard += 1;
        });
        await store.append(other, 'a', progressAt(0.1));
        expect(heard).toBe(0);
        stop();
        stop();
        await store.append(mine, 'a', progressAt(0.1));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(heard).toBe(0);
      });
    });
  });
}
