import { isDeepStrictEqual } from 'node:util';
import type { Lease, SessionKey, SessionStore } from '../../../src/session/session-store.ts';
import { RingCounter, until } from '../redis-stores.ts';
import { afterCall, perhapsAfter, whereSeen, type Belief, type Sights } from './belief.ts';
import { describeCall, perform, type Call } from './call.ts';
import { nameOf, NOTHING } from './model-state.ts';
import { leaseIn, momentsOf } from './moments.ts';
import { persist } from './persist.ts';
import { type Reply, unforetold, unseen } from './report.ts';
import { lookAt, type System } from './system.ts';

/** The sessions that there may be. */
export const KEYS: readonly SessionKey[] = [
  { account: 'anna', sessionId: 'first' },
  { account: 'ben', sessionId: 'first' },
  { account: 'anna', sessionId: 'second' },
];

/** By then, what was on its way when nothing was any more has come. */
const SETTLED_MS = 500;

/** A ring that has not come by then does not come. */
const RING_LIMIT_MS = 10_000;

interface Watch {
  readonly name: string;
  readonly rings: RingCounter;
  readonly stop: () => void;
}

/** What is believed of a system, what its callers hold, and how the one is held against the other. */
export class World implements AsyncDisposable {
  readonly system: System;
  /** Every lease that was given, by session, the last at the end. */
  readonly leases: Readonly<Record<string, Lease[]>>;
  #belief: Belief = [NOTHING];
  #sights: Sights;
  /** Calls that failed, and may be carried out yet. */
  #pending: readonly { readonly call: Call; readonly failedAt: number }[] = [];
  readonly #watches: Watch[] = [];

  /** Nothing has been called yet, and nothing is there. */
  constructor(system: System) {
    this.system = system;
    this.leases = Object.fromEntries(KEYS.map((key) => [nameOf(key), []]));
    this.#sights = Object.fromEntries(KEYS.map((key) => [nameOf(key), { page: undefined, snapshot: undefined }]));
  }

  get belief(): Belief {
    return this.#belief;
  }

  /** Watches a session from a store. */
  async watch(store: SessionStore, key: SessionKey): Promise<void> {
    const rings = new RingCounter();
    const { result: stop } = await persist(() => store.watch(key, rings.ring));
    this.#watches.push({ name: nameOf(key), rings, stop });
  }

  /** Makes a call as a caller does, again where the store was away, and holds what it gives against the model. */
  async carryOut(store: SessionStore, call: Call): Promise<void> {
    await this.#observe([call], async () => {
      const { result: reply, failures } = await persist(() => perform(store, call));
      if (failures > 0) this.#pending = [...this.#pending, { call, failedAt: performance.now() }];
      return [{ call, reply }];
    });
  }

  /** Makes two calls at once: what they give must be what they give one after the other, in one order or the other. */
  async carryOutTogether(pairs: readonly (readonly [SessionStore, Call])[]): Promise<void> {
    await this.#observe(
      pairs.map(([, call]) => call),
      async () => Promise.all(pairs.map(async ([store, call]) => ({ call, reply: await perform(store, call) }))),
    );
  }

  /** Lets time pass. */
  async passUntil(at: number): Promise<void> {
    await this.#observe([], async () => {
      await this.system.passUntil(at);
      return [];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { stop } of this.#watches) stop();
    await this.system[Symbol.asyncDispose]();
  }

  async #observe(calls: readonly Call[], calling: () => Promise<readonly Reply[]>): Promise<void> {
    const heard = this.#watches.map(({ rings }) => rings.count);
    const before = await this.system.now();
    const answered = await calling();
    const after = await this.system.now();
    const isQuiet = this.system.isQuiet();
    const sights = await this.#look();
    const time = { before, after, seen: await this.system.now() };
    this.#believe(answered, sights, time);
    await this.#beRung(heard, sights, calls);
    this.#sights = sights;
    for (const { call, reply } of answered) this.#learn(call, reply);
    if (isQuiet) this.#pending = this.#pending.filter(({ failedAt }) => performance.now() - failedAt < SETTLED_MS);
  }

  async #look(): Promise<Sights> {
    const sights = await Promise.all(KEYS.map((key) => lookAt(this.system.view, key)));
    return Object.fromEntries(KEYS.map((key, index) => [nameOf(key), sights[index]])) as Sights;
  }

  #believe(
    answered: readonly Reply[],
    sights: Sights,
    time: { readonly before: number; readonly after: number; readonly seen: number },
  ): void {
    const { slackMs, isWhole } = this.system;
    const replies = answered.map(({ reply }) => reply);
    const moments = momentsOf(sights, replies, { from: time.before - slackMs, to: time.after + slackMs, isWhole });
    const pending = this.#pending.map(({ call }) => call);
    const inTime = { moments, slackMs: time.after - time.before + 2 * slackMs };
    const orders = answered.length === 2 ? [answered, answered.toReversed()] : [answered];
    const before = perhapsAfter(this.#belief, pending, moments);
    const replied = orders.flatMap((order) => {
      let belief = before;
      for (const one of order) belief = afterCall(belief, { ...one, ...inTime });
      return belief;
    });
    if (replied.length === 0) throw new Error(unforetold(before, answered, moments));
    const late = momentsOf(sights, replies, { from: time.before - slackMs, to: time.seen + slackMs, isWhole });
    const possible = perhapsAfter(replied, pending, late);
    const seen = whereSeen(possible, KEYS, sights, { moments: late, slackMs });
    if (seen.length === 0) throw new Error(unseen(possible, sights, late, { answered, keys: KEYS }));
    this.#belief = seen;
  }

  /** Waits for a ring from everybody who watches a session that has changed. */
  async #beRung(heard: readonly number[], sights: Sights, calls: readonly Call[]): Promise<void> {
    for (const [index, { name, rings }] of this.#watches.entries()) {
      if (!hasChanged(this.#sights, sights, name) || this.#isKeptShort(name)) continue;
      await until(() => rings.count > (heard[index] ?? 0), RING_LIMIT_MS).catch(() => {
        throw new Error(`nobody rang for a change of ${name}: ${calls.map(describeCall).join(' and ')}`);
      });
    }
  }

  #isKeptShort(name: string): boolean {
    return this.#belief.some(({ sessions }) => (sessions[name]?.start.retentionMs ?? 0) < this.system.longestLookMs);
  }

  #learn(call: Call, reply: unknown): void {
    const leases = this.leases[nameOf('lease' in call ? call.lease : 'key' in call ? call.key : NOBODY)];
    const given = leaseIn(reply);
    if (given) leases?.push(given);
    if (!('lease' in call)) return;
    const { seen } = reply as { readonly seen: number };
    // Not of a call that was made under a lease ahead of the one that is held.
    const held = leases?.find((one) => isDeepStrictEqual(one, call.lease));
    if (held) held.seen = seen;
  }
}

const NOBODY: SessionKey = { account: '', sessionId: '' };

function hasChanged(before: Sights, after: Sights, name: string): boolean {
  const [one, other] = [before[name]?.page, after[name]?.page];
  return other !== undefined && (one?.lastSequence !== other.lastSequence || one.generation !== other.generation);
}
