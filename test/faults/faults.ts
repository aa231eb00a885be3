import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Member } from './cluster.ts';
import type { FaultName } from './fault-names.ts';
import { readJournals } from './journal.ts';
import { type SessionState, sessionStates } from './runners.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a fault works on. */
export interface Target {
  readonly cluster: Cluster;
  /** What the names of the round's sessions begin with. */
  readonly round: string;
  readonly random: SeededRandom;
  /** How often a fault comes that may come more than once a round. */
  readonly times: number;
  /** Says what is hit, each time that something is, for the journal. */
  readonly note: (detail: string) => void;
}

/** Does it, and resolves when it is over; the cluster is made whole afterwards. */
type Fault = (target: Target) => Promise<void>;

/** How to bring each fault about. */
export const INJECT: Readonly<Record<FaultName, Fault>> = {
  none: async () => {},
  answer_at_deadline: async () => {},
  kill_waiting: again(async (target) => (await memberFor(target, (one) => !one.isWorking)).instance.end('kill')),
  kill_working: again(async (target) => (await memberFor(target, (one) => one.isWorking)).instance.end('kill')),
  freeze: again(freeze),
  drain: again(async (target) => (await memberFor(target, () => true)).instance.end('SIGTERM')),
  redis_away: async ({ cluster: { redis }, note }) => {
    note('stopped');
    await redis.stop();
    await delay(10_000);
    await redis.start();
  },
  redis_restarted: again(async ({ cluster: { redis }, note }) => {
    note('killed');
    await redis.kill();
    await redis.start();
  }),
  redis_emptied: async ({ cluster: { redis }, note }) => {
    note('killed');
    await redis.kill();
    await redis.start({ empty: true });
  },
  redis_rolled_back: rollBack,
  redis_black_hole: async (target) => onRedisLinks(target, 10_000, (link) => link.blackHole()),
  redis_deaf: async (target) => onRedisLinks(target, 5000, (link) => link.blackHole('replies')),
  redis_slow: async (target) => onRedisLinks(target, 6000, (link) => link.slow(300)),
  redis_reply_lost: loseReplies,
  pubsub_dead: async (target) => onRedisLinks(target, 6000, (link) => link.blackHole('both', 'marked')),
  postgres_restarted: again(async ({ cluster: { postgres }, note }) => {
    note('stopped');
    await postgres.stop();
    await postgres.start();
  }),
  postgres_away: async ({ cluster: { postgres }, note }) => {
    note('stopped');
    await postgres.stop();
    await delay(5000);
    await postgres.start();
  },
  link_cut: again(cutOff),
};

/** How long after the last time the same fault comes once more. */
const LONGEST_PAUSE_MS = 2500;

/** The same `target.times` over, at random moments. */
function again(fault: Fault): Fault {
  return async (target) => {
    for (let time = 0; time < target.times; time += 1) {
      if (time > 0) await delay(target.random.integer(0, LONGEST_PAUSE_MS));
      await fault(target);
    }
  };
}

/** Does something to every link to Redis, and waits. */
async function onRedisLinks(
  { cluster, note }: Target,
  forMs: number,
  act: (link: Member['redisLink']) => void,
): Promise<void> {
  note(`for ${forMs} ms`);
  for (const { redisLink } of cluster.members) act(redisLink);
  await delay(forMs);
}

/** How long to wait for a session in the state that a fault is meant to hit. */
const SEARCHES = 30;
const SEARCH_EVERY_MS = 50;

/** The instance that runs a session in a certain state; any that runs one, or any at all, where there is none. */
async function memberFor(target: Target, wanted: (state: SessionState) => boolean): Promise<Member> {
  const { cluster, round, random, note } = target;
  let states: SessionState[] = [];
  for (let search = 0; search < SEARCHES; search += 1) {
    states = sessionStates(readJournals(cluster.folder, 'instance-'), round);
    const hit = states.filter(wanted);
    if (hit.length > 0) {
      const state = random.pick(hit);
      const member = cluster.members.find(({ instance }) => instance.name === state.instance && instance.isUp);
      if (member) {
        note(`${member.instance.label}, which runs ${state.session}`);
        return member;
      }
    }
    await delay(SEARCH_EVERY_MS);
  }
  const member = random.pick(cluster.members);
  note(`${member.instance.label}, any`);
  return member;
}

/** Half of the time no more than a bit longer than the lease: then others are just taking over. */
async function freeze(target: Target): Promise<void> {
  const { instance } = await memberFor(target, () => true);
  const { leaseMs } = target.cluster.times;
  const forMs = target.random.integer(leaseMs, leaseMs * (target.random.chance(0.5) ? 1.5 : 4));
  await instance.freeze();
  try {
    await delay(forMs);
  } finally {
    await instance.thaw();
  }
}

/** The append-only files of Redis, in its folder (redis.conf, `appenddirname`). */
const REDIS_DATA = 'appendonlydir';

/** What is in the file may end in the middle of a command: Redis then leaves that out (`aof-load-truncated`). */
async function rollBack({ cluster: { redis, folder }, random, note }: Target): Promise<void> {
  const [data, aside] = [join(redis.folder, REDIS_DATA), join(folder, REDIS_DATA)];
  await cp(data, aside, { recursive: true });
  const forMs = random.integer(300, 2500);
  await delay(forMs);
  note(`by ${forMs} ms`);
  await redis.kill();
  await rm(data, { recursive: true });
  await cp(aside, data, { recursive: true });
  await rm(aside, { recursive: true });
  await redis.start();
}

/** A status reply such as `+OK` is no answer of a script; those are arrays, and begin at this many bytes. */
const SMALLEST_REPLY = 15;
/** Between the two lie the replies to heartbeats, to writes, and to reads: each is to be hit. */
const LARGEST_REPLY = 60;
const REPLIES_LOST = 25;

async function loseReplies({ cluster, random, note }: Target): Promise<void> {
  for (let time = 0; time < REPLIES_LOST; time += 1) {
    const { instance, redisLink } = random.pick(cluster.members);
    const lost = redisLink.loseNextReply(random.integer(SMALLEST_REPLY, LARGEST_REPLY));
    if (await Promise.race([lost.then(() => true), delay(1000, false)])) note(instance.label);
    await delay(random.integer(0, 300));
  }
}

/** One instance alone is cut off, with or without being told. */
async function cutOff({ cluster, random, note }: Target): Promise<void> {
  const { instance, redisLink, postgresLink } = random.pick(cluster.members);
  const isTold = random.chance(0.5);
  note(`${instance.label}, ${isTold ? 'refused' : 'in silence'}`);
  for (const link of [redisLink, postgresLink]) {
    if (isTold) link.refuse();
    else link.blackHole();
    if (isTold) link.cut();
  }
  await delay(random.integer(500, 4000));
  await Promise.all([redisLink.pass(), postgresLink.pass()]);
}
