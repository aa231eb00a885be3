import type { SessionKey, SessionStore } from '../../../src/session/session-store.ts';
import type { Sight } from './belief.ts';

export const FAULTS = [
  'lose_reply',
  'lose_request',
  'swallow_request',
  'delay_request',
  'delay_reply',
  'cut_doorbells',
  'mute_doorbells',
] as const;
/** What a network does to what goes over it. */
export type Fault = (typeof FAULTS)[number];

/** The requests after the next `after`, as many as `times`, meet the fault. One of the doorbells is there at once. */
export interface Disturbance {
  readonly fault: Fault;
  readonly after: number;
  readonly times: number;
}

/** The times that sessions are given. */
export interface Times {
  readonly lifeMs: number;
  readonly retentionMs: number;
  readonly timeoutMs: number;
}

/** Stores that are one, and what can be done to them. */
export interface System extends AsyncDisposable {
  /** Two of different instances, or one. */
  readonly stores: readonly [SessionStore, ...SessionStore[]];
  /** What is looked through: no fault meets it. */
  readonly view: SessionStore;
  /** How far the clock of the store may be from what was read of it, in milliseconds. */
  readonly slackMs: number;
  /** How far ahead time may be let pass, in milliseconds. */
  readonly longestPassMs: number;
  /** Whether every part of the store answers every call, in the end. */
  readonly isWhole: boolean;
  /** How long a look for what no ring came for may take; a session that is kept for less is perhaps not rung for. */
  readonly longestLookMs: number;
  /** Of sessions whose end may come, and of those that go on. */
  readonly times: { readonly short: Times; readonly long: Times };
  /** Milliseconds since the Unix epoch, by the clock of the store. */
  now(): Promise<number>;
  /** Resolves when the clock of the store has come to it. */
  passUntil(at: number): Promise<void>;
  disturb(disturbance: Disturbance): void;
  /** Whether nothing that was sent before is still on its way. */
  isQuiet(): boolean;
  /** All that is kept of sessions, as text, and what of it has no expiry; undefined where that cannot be seen. */
  kept(): Promise<Kept | undefined>;
}

export interface Kept {
  readonly text: string;
  /** Names of what is kept for ever. */
  readonly forEver: readonly string[];
}

/** What a store shows of a session now: a log and a snapshot of one moment. */
export async function lookAt(store: SessionStore, key: SessionKey): Promise<Sight> {
  for (;;) {
    const [page, snapshot] = await Promise.all([store.read(key, 0, 1000), store.snapshot(key)]);
    const isOne = page?.lastSequence === snapshot?.status.lastSequence && page?.ended === snapshot?.status.completed;
    if (isOne) return { page, snapshot };
  }
}
