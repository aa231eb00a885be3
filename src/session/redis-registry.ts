import { SessionFailure } from '../errors.ts';
import { type RedisKeys, type SessionName, type Shard, SHARDS } from './redis-keys.ts';
import type { RedisScripts } from './redis-script.ts';
import type { Heartbeat, Running, Survey } from './session-store.ts';

/** How many sessions are looked up at once: the scripts of others find their turn between. */
const AT_ONCE = 256;

/** What scripts/whereabouts.lua gives. */
type Whereabouts = readonly [who: string, instance: string, epoch: string] | null;

/**
 * Which instances are alive, and which sessions each runs. The instances stand in one sorted set, the sessions of each
 * shard in a hash beside them. Verbs reject as those of RedisSessionStore.
 */
export class RedisRegistry {
  readonly #scripts: RedisScripts;
  readonly #keys: RedisKeys;
  /** The time of the last beat of each instance that this process has had an answer to, by the clock of Redis. */
  readonly #beats = new Map<string, string>();

  constructor(scripts: RedisScripts, keys: RedisKeys) {
    this.#scripts = scripts;
    this.#keys = keys;
  }

  /** See SessionStore.heartbeat. */
  async beat(instance: string, leaseMs: number): Promise<Heartbeat> {
    const [at, known, silent] = (await this.#scripts.run('heartbeat', {
      keys: [this.#keys.instances],
      args: [instance, leaseMs, this.#beats.get(instance) ?? 0],
    })) as readonly [at: string, known: 0 | 1, silent: number];
    this.#beats.set(instance, at);
    return { known: known === 1, othersAreSilent: silent > 0 };
  }

  /** See SessionStore.retire. */
  async leave(instance: string): Promise<void> {
    await this.#scripts.run('retire', { keys: [this.#keys.instances], args: [instance] });
    this.#beats.delete(instance);
  }

  /** See SessionStore.survey. */
  async survey(instance: string, leaseMs: number): Promise<Survey> {
    const alive = await this.#alive(leaseMs);
    const shards = await inEveryShard(
      async (shard) =>
        (await this.#scripts.run('survey', {
          keys: [this.#keys.running(shard)],
          args: [instance, ...alive],
        })) as readonly [own: number, ...names: SessionName[]],
    );
    const found = await this.#whereaboutsOf(shards.flatMap(([, ...names]) => names));
    // Asked again: who came meanwhile, or was heard of again, may have begun or claimed one.
    const living = new Set([instance, ...(found.length > 0 ? await this.#alive(leaseMs) : [])]);
    return {
      abandoned: found.filter((one) => !living.has(one.instance)),
      own: shards.reduce((sum, [own]) => sum + own, 0),
    };
  }

  /** See SessionStore.runningOn. */
  async runningOn(instance: string): Promise<readonly Running[]> {
    const shards = await inEveryShard(
      async (shard) =>
        (await this.#scripts.run('owned', {
          keys: [this.#keys.running(shard)],
          args: [instance],
        })) as readonly SessionName[],
    );
    return (await this.#whereaboutsOf(shards.flat())).filter((one) => one.instance === instance);
  }

  async #alive(leaseMs: number): Promise<readonly string[]> {
    return (await this.#scripts.run('alive', { keys: [this.#keys.instances], args: [leaseMs] })) as readonly string[];
  }

  async #whereaboutsOf(names: readonly SessionName[]): Promise<readonly Running[]> {
    const found: Running[] = [];
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE);
      const replies = await thoseThatCame(some.map((name) => this.#scripts.onSession('whereabouts', name, [])));
      found.push(...(replies as readonly Whereabouts[]).flatMap((reply) => (reply ? [runningOf(reply)] : [])));
    }
    return found;
  }
}

function runningOf([who, instance, epoch]: NonNullable<Whereabouts>): Running {
  const [account, sessionId] = JSON.parse(who) as readonly [string, string];
  return { account, sessionId, instance, epoch: Number(epoch) };
}

async function inEveryShard<Reply>(ask: (shard: Shard) => Promise<Reply>): Promise<readonly Reply[]> {
  return thoseThatCame(SHARDS.map(ask));
}

/**
 * The replies that came, in a cluster of which a part does not answer: what lies in the others is to be found all the
 * same. Rejects when none came, or when one was refused.
 */
async function thoseThatCame<Reply>(asked: readonly Promise<Reply>[]): Promise<readonly Reply[]> {
  const settled = await Promise.allSettled(asked);
  const came = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const refusal = failures.find((failure) => !(failure instanceof SessionFailure));
  if (failures.length > 0 && (came.length === 0 || refusal)) throw refusal ?? failures[0];
  return came;
}
