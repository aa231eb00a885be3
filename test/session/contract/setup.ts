import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { errorBody } from '../../../src/errors.ts';
import type { MatchingEvent, MatchResultsBody } from '../../../src/protocol.ts';
import type { Lease, SessionKey, SessionStart, SessionStore } from '../../../src/session/session-store.ts';
import { locationQuestion, matchingInput, noOffers, progressAt } from '../../support/session-samples.ts';

/** A store under test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: SessionStore;
  /** Lets time pass by the store's clock. */
  pass(ms: number): Promise<void>;
}

/** Opens a store that knows of nothing yet. */
export type OpenStore = () => Promise<StoreUnderTest>;

export const INPUT = matchingInput();

// All three are short enough to wait for on a real clock.
/** The longest life of a session. */
const LIFE_MS = 3000;
/** How long a session is kept after its end. */
export const RETENTION_MS = 600;
/** How long a question waits. */
export const TIMEOUT_MS = 400;

export const RESULTS: MatchResultsBody = { ...noOffers(), success: true };
export const CANCELLED = errorBody('session_cancelled', { parentId: INPUT.parentId });
export const FAILED = errorBody('processing_error', { parentId: INPUT.parentId });
export const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
export const OTHER_ADDRESS = { kind: 'address', address: 'Alexanderplatz 1, Berlin' } as const;

/** A store that is open while tests run, and what they do with it again and again. */
interface OpenedStore {
  readonly store: SessionStore;
  /** Lets time pass by the store's clock. */
  readonly pass: (ms: number) => Promise<void>;
  /** Of a session that nobody has heard of yet. */
  readonly newKey: (account?: string) => SessionKey;
  readonly startOf: (changes?: Partial<SessionStart>) => SessionStart;
  /** Starts a session; throws where that comes to anything else. */
  readonly begin: (key?: SessionKey, changes?: Partial<SessionStart>) => Promise<Lease>;
  /** Puts a question under each key, together. */
  readonly ask: (lease: Lease, ...keys: string[]) => Promise<void>;
  /** What every verb of a runner is told, each different reply once. */
  readonly refusalsOf: (lease: Lease) => Promise<readonly unknown[]>;
  readonly logOf: (key: SessionKey) => Promise<readonly MatchingEvent[]>;
}

/** A store for the tests of the `describe` that this is called in: opened before them and closed after them. */
export function openedFor(open: OpenStore): OpenedStore {
  let under: StoreUnderTest;
  beforeAll(async () => {
    under = await open();
  });
  afterAll(async () => under[Symbol.asyncDispose]());

  const newKey = (account = 'demo'): SessionKey => ({ account, sessionId: `contract-${randomUUID()}` });
  const startOf = (changes: Partial<SessionStart> = {}): SessionStart => ({
    input: INPUT,
    startToken: randomUUID(),
    instance: 'one',
    maxLifeMs: LIFE_MS,
    retentionMs: RETENTION_MS,
    ...changes,
  });
  return {
    get store() {
      return under.store;
    },
    pass: async (ms) => under.pass(ms),
    newKey,
    startOf,
    begin: async (key = newKey(), changes = {}) => {
      const started = await under.store.start(key, startOf(changes));
      if (started.outcome !== 'started') throw new Error(`expected a start, got ${started.outcome}`);
      return started.lease;
    },
    ask: async (lease, ...keys) => {
      const questions = keys.map((key) => ({ key, question: locationQuestion(key) }));
      expect((await under.store.ask(lease, questions, TIMEOUT_MS)).outcome).toBe('written');
    },
    refusalsOf: async (lease) => refusalsOf(under.store, lease),
    logOf: async (key) => (await under.store.read(key, 0, 1000))?.events ?? [],
  };
}

async function refusalsOf(store: SessionStore, lease: Lease): Promise<readonly unknown[]> {
  const refusals = [
    await store.append(lease, 'late', progressAt(0.9)),
    await store.append(lease, 'begun', progressAt(0.1)),
    await store.record(lease, 'late', { value: 1, workMs: 0 }),
    await store.ask(lease, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS),
    await store.finish(lease, RESULTS),
    await store.recorded(lease),
  ];
  return refusals.filter((one, index) => refusals.findIndex((before) => isDeepStrictEqual(before, one)) === index);
}
