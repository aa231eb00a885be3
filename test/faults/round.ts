import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import type { Cluster } from './cluster.ts';
import { type FaultName, isUndisturbed } from './fault-names.ts';
import { INJECT } from './faults.ts';
import { readFinalLog } from './final-log.ts';
import { readJournals } from './journal.ts';
import type { HarnessFact, JournalEntry } from './journal-entry.ts';
import type { ClientWorld } from './log-reader.ts';
import { playSession } from './play-session.ts';
import { SeededRandom } from './seeded-random.ts';
import type { SessionPlan } from './session-plan.ts';
import type { ClusterTimes } from './times.ts';

export interface RoundOptions {
  /** What the names of its sessions begin with. */
  readonly round: string;
  readonly fault: FaultName;
  readonly seed: string;
  readonly plans: readonly SessionPlan[];
  /** How often the fault comes, where it may come more than once. */
  readonly times: number;
  /** How long after the fault, and besides their own time, sessions are waited for. */
  readonly graceMs: number;
  readonly clock: Clock;
}

/** When the fault comes, after the beginning. */
const EARLIEST_MS = 300;
const LATEST_MS = 3500;

/** Beyond the time that a session may take, before its clients are told to give up. */
const MARGIN_MS = 3000;

/** One round: clients play their sessions while something happens. Gives all that was written down. */
export async function runRound(cluster: Cluster, options: RoundOptions): Promise<JournalEntry[]> {
  const { round, fault, seed, plans, clock } = options;
  const random = new SeededRandom(seed);
  const write = (fact: HarnessFact): void => cluster.write('harness', fact);
  cluster.turnPage(round);
  write({ kind: 'round_begun', round, fault, seed });
  for (const { name, url } of cluster.instances) write({ kind: 'instance_at', instance: name, url });
  const giveUp = new AbortController();
  const world: ClientWorld = {
    anyInstance: (by, except) => cluster.anyInstance(by, except),
    write: (by, fact) => cluster.write(by, fact),
    clock,
    signal: giveUp.signal,
  };
  const played = Promise.all(plans.map(async (plan) => playSession(world, plan, random.fork())));
  try {
    if (!isUndisturbed(fault)) await bringAbout(cluster, options, { random, write });
    await Promise.race([played, delay(longest(options), undefined, { ref: false })]);
  } finally {
    giveUp.abort();
    await played;
  }
  await lookAround(cluster, { ...world, signal: new AbortController().signal }, { plans, random });
  return entriesOfRound(cluster, round);
}

/** What the harness and the clients wrote in a round, and what the instances did for its sessions. */
function entriesOfRound(cluster: Cluster, round: string): JournalEntry[] {
  const ofInstances = readJournals(cluster.folder, 'instance-').filter(
    (entry) => 'session' in entry && entry.session.startsWith(`${round}-`),
  );
  return [...readJournals(cluster.folder, `${round}.`), ...ofInstances];
}

async function bringAbout(
  cluster: Cluster,
  { round, fault, times }: RoundOptions,
  { random, write }: { readonly random: SeededRandom; readonly write: (fact: HarnessFact) => void },
): Promise<void> {
  await delay(random.integer(EARLIEST_MS, LATEST_MS));
  const note = (detail: string): void => write({ kind: 'fault_begun', fault, detail });
  await INJECT[fault]({ cluster, round: `${round}-`, random, times, note });
  write({ kind: 'fault_over', fault });
  await cluster.whole();
}

/** Until the last session must have ended, and a little more. */
function longest({ plans, graceMs }: RoundOptions): number {
  return Math.max(0, ...plans.map(({ startsAfterMs, fact }) => startsAfterMs + fact.ownMs)) + graceMs + MARGIN_MS;
}

/** When everything is over: what logs and keys there are. */
async function lookAround(
  cluster: Cluster,
  world: ClientWorld,
  { plans, random }: { readonly plans: readonly SessionPlan[]; readonly random: SeededRandom },
): Promise<void> {
  const write = (fact: HarnessFact): void => cluster.write('harness', fact);
  await Promise.all(
    plans.map(async ({ fact: { session } }) => {
      try {
        write({ kind: 'final_log', session, events: await readFinalLog(world, session, random.fork()) });
      } catch (error) {
        write({ kind: 'harness_failed', what: `the log of ${session}: ${error instanceof Error ? error.name : ''}` });
      }
    }),
  );
  for (const [key, ttlMs] of await expiries(cluster)) write({ kind: 'redis_key', key, ttlMs });
}

/** Every key of Redis with the time that is left to it. */
async function expiries(cluster: Cluster): Promise<[string, number][]> {
  using link = await connectRedis(cluster.redis.url);
  const found: [string, number][] = [];
  let cursor = '0';
  do {
    const reply = await link.ask('SCAN', cursor, 'COUNT', 1000);
    const [next, keys] = reply as readonly [string, readonly string[]];
    for (const key of keys) {
      const ttlMs = Number(await link.ask('PTTL', key));
      // It was there when the names were read, and has expired since.
      if (ttlMs !== -2) found.push([key, ttlMs]);
    }
    cursor = next;
  } while (cursor !== '0');
  return found;
}

/** No key is kept for longer: a session's life and what it is kept afterwards. */
export function longestExpiryMs({ maxLifeMs, retentionMs }: ClusterTimes): number {
  return maxLifeMs + retentionMs + 1000;
}
