import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { errorBody } from '../../../src/errors.ts';
import type { Lease, Running, SessionKey, SessionStart } from '../../../src/session/session-store.ts';
import { locationQuestion, matchingInput, noOffers } from '../../support/session-samples.ts';
import type { OpenStore, StoreUnderTest } from './setup.ts';

const LEASE_MS = 400;
const CANCELLED = errorBody('session_cancelled');
const FAILED = errorBody('processing_error');
const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;

/** The promises of SessionStore about instances and who runs what. Each on a store of its own. */
export function registryContract(open: OpenStore): void {
  const newKey = (account = 'demo'): SessionKey => ({ account, sessionId: `registry-${randomUUID()}` });
  const startOf = (changes: Partial<SessionStart> = {}): SessionStart => ({
    input: matchingInput(),
    startToken: randomUUID(),
    instance: 'one',
    maxLifeMs: 3000,
    retentionMs: 600,
    ...changes,
  });

  describe('instances', () => {
    test('are known from their first beat on', async () => {
      await using fresh = await open();
      expect(await fresh.store.heartbeat('one', LEASE_MS)).toEqual({ known: false, othersAreSilent: false });
      expect(await fresh.store.heartbeat('one', LEASE_MS)).toEqual({ known: true, othersAreSilent: false });
      await fresh.pass(2 * LEASE_MS);
      expect(await fresh.store.heartbeat('one', LEASE_MS)).toEqual({ known: true, othersAreSilent: false });
    });

    test('that are silent for a lease are told of', async () => {
      await using fresh = await open();
      await fresh.store.heartbeat('two', LEASE_MS);
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(false);
      await fresh.pass(LEASE_MS);
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(true);
      await fresh.store.heartbeat('two', LEASE_MS);
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(false);
    });

    test('that are silent for ten leases are told of no more, and unknown when they come back', async () => {
      await using fresh = await open();
      const leaseMs = 40;
      await fresh.store.heartbeat('two', leaseMs);
      await fresh.pass(5 * leaseMs);
      expect((await fresh.store.heartbeat('one', leaseMs)).othersAreSilent).toBe(true);
      await fresh.pass(5 * leaseMs + 1);
      expect((await fresh.store.heartbeat('one', leaseMs)).othersAreSilent).toBe(false);
      expect((await fresh.store.heartbeat('two', leaseMs)).known).toBe(false);
    });

    test('that have left are told of at once, and do not come back by a late beat', async () => {
      await using fresh = await open();
      await fresh.store.heartbeat('one', LEASE_MS);
      await fresh.store.heartbeat('two', LEASE_MS);
      await fresh.store.start(newKey(), startOf({ instance: 'two' }));
      await fresh.store.retire('two');
      await fresh.store.retire('two');
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(true);
      expect(await fresh.store.heartbeat('two', LEASE_MS)).toEqual({ known: false, othersAreSilent: false });
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(true);
      expect((await fresh.store.survey('one', LEASE_MS)).abandoned).toHaveLength(1);
    });

    test('that were never heard of may leave', async () => {
      await using fresh = await open();
      await fresh.store.retire('two');
      expect((await fresh.store.heartbeat('one', LEASE_MS)).othersAreSilent).toBe(false);
    });
  });

  describe('who runs what', () => {
    const inOrder = (running: readonly Running[]): Running[] =>
      running.toSorted((one, other) => one.sessionId.localeCompare(other.sessionId));
    const startOn = async (on: StoreUnderTest, instance: string, account = 'demo'): Promise<Lease> => {
      const started = await on.store.start(newKey(account), startOf({ instance, maxLifeMs: 60_000 }));
      if (started.outcome !== 'started') throw new Error('not started');
      return started.lease;
    };
    const runningOf = ({ account, sessionId }: SessionKey, instance: string, epoch: number): Running => ({
      account,
      sessionId,
      instance,
      epoch,
    });

    test('is surveyed: the sessions of those who are not alive, and how many are the asker’s own', async () => {
      await using fresh = await open();
      const odd = 'a\u0000 {x} "\uD800';
      const lost = [await startOn(fresh, 'gone'), await startOn(fresh, 'gone', odd)];
      await startOn(fresh, 'here');
      await startOn(fresh, 'there');
      await fresh.store.heartbeat('gone', LEASE_MS);
      await fresh.pass(LEASE_MS);
      await fresh.store.heartbeat('here', LEASE_MS);
      await fresh.store.heartbeat('there', LEASE_MS);
      const survey = await fresh.store.survey('here', LEASE_MS);
      expect(inOrder(survey.abandoned)).toEqual(inOrder(lost.map((lease) => runningOf(lease, 'gone', 1))));
      expect(survey.own).toBe(1);
    });

    test('moves with a claim', async () => {
      await using fresh = await open();
      const lost = [await startOn(fresh, 'gone'), await startOn(fresh, 'gone')];
      const [first, second] = lost.map((lease) => runningOf(lease, 'gone', 1));
      await fresh.store.heartbeat('here', LEASE_MS);
      for (const _again of [1, 2]) {
        if (first) await fresh.store.claim(first, 1, 'here');
        expect(await fresh.store.survey('here', LEASE_MS)).toEqual({ abandoned: [second], own: 1 });
        expect(await fresh.store.runningOn('here')).toEqual([{ ...first, instance: 'here', epoch: 2 }]);
        expect(await fresh.store.runningOn('gone')).toEqual([second]);
      }
    });

    test('is never said of the asker as if it were not alive', async () => {
      await using fresh = await open();
      const lease = await startOn(fresh, 'here');
      expect(await fresh.store.survey('here', LEASE_MS)).toEqual({ abandoned: [], own: 1 });
      expect(await fresh.store.runningOn('here')).toEqual([runningOf(lease, 'here', 1)]);
    });

    test('is nobody when a session has ended, however it has', async () => {
      await using fresh = await open();
      const own = fresh.store;
      const asked = async (): Promise<Lease> => {
        const lease = await startOn(fresh, 'gone');
        await own.ask(lease, [{ key: 'work', question: locationQuestion() }], 50);
        return lease;
      };
      const [results, error, rewound] = [
        await startOn(fresh, 'gone'),
        await startOn(fresh, 'gone'),
        await startOn(fresh, 'gone'),
      ];
      const [cancelled, expired, answered] = [await startOn(fresh, 'gone'), await asked(), await asked()];
      await fresh.pass(60);
      const ends: readonly (() => Promise<unknown>)[] = [
        () => own.finish(results, noOffers()),
        () => own.finish(error, FAILED),
        () => own.finish({ ...rewound, seen: 9 }, FAILED),
        () => own.cancel(cancelled, CANCELLED),
        () => own.expire(expired),
        () => own.answer(answered, 'interaction_0', ADDRESS, 'ok'),
      ];
      for (const [ended, end] of ends.entries()) {
        expect((await own.survey('here', LEASE_MS)).abandoned).toHaveLength(ends.length - ended);
        await end();
      }
      expect(await own.survey('gone', LEASE_MS)).toEqual({ abandoned: [], own: 0 });
      expect(await own.runningOn('gone')).toEqual([]);
    });

    test('is nobody when a session was forgotten', async () => {
      await using fresh = await open();
      await startOn(fresh, 'gone');
      await fresh.store.start(newKey(), startOf({ instance: 'gone', maxLifeMs: 100, retentionMs: 100 }));
      await fresh.pass(260);
      expect(await fresh.store.runningOn('gone')).toHaveLength(1);
      expect((await fresh.store.survey('gone', LEASE_MS)).own).toBe(1);
      expect((await fresh.store.survey('here', LEASE_MS)).abandoned).toHaveLength(1);
    });
  });
}
