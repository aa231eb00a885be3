import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, type RedisLink } from '../../test/support/services/redis-link.ts';
import { startPostgres } from '../../test/support/services/postgres.ts';
import { startRedis } from '../../test/support/services/redis.ts';
import { Crowd } from './crowd.ts';
import type { Arrival } from './crowd-messages.ts';
import { type Hold, hold, type RedisHold, watchRedis } from './hold.ts';
import { RETENTION_MS, startInstance } from './instance.ts';
import { look, type Look } from './look.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { WaitingOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { redisUsage } from './redis-usage.ts';

const WARM_UP = 100;
/** What tells of a change is kept as long as a session, and is looked at twice in that time. */
const QUIETING_MS = 2 * RETENTION_MS;
/** How long after everything was given back the last look is. */
const AFTERWARDS_MS = 30_000;

/** What a run of the service came to. */
export interface ServiceFigures {
  readonly looks: readonly Look[];
  readonly held: Hold;
  readonly redis: RedisHold;
  /** What Redis did after the last answer, until what tells of changes had expired. */
  readonly quieting: RedisHold;
  readonly arrivals: readonly Arrival[];
  /** Warnings and worse that the instance has logged. */
  readonly warnings: number;
  /** Names of the keys that Redis still has when all sessions are forgotten. */
  readonly keysLeft: readonly string[];
  /** How long it took until every session was cancelled and the server had ended every stream. */
  readonly givingBackMs: number;
}

/** Has all sessions begin, wait and end, on one instance with a Redis and a Postgres of its own. */
export async function measureService(options: WaitingOptions): Promise<ServiceFigures> {
  await using redis = await startRedis();
  await using postgres = await startPostgres();
  using link = await connectRedis(redis.url);
  await using instance = await startInstance(options, { redis: redis.url, postgres: postgres.url });
  await warmUp(instance, options);
  await using crowd = new Crowd(instance.url, options.face);
  const looks = [await look(instance, link, { when: 'at rest', count: 0 })];
  looks.push(await begin(crowd, { instance, link, options }), await attach(crowd, { instance, link, options }));
  console.log(`Answering ${options.answers} of the questions …`);
  const arrivals = await crowd.answer(options.answers);
  console.log(`Watching ${QUIETING_MS / 1000} s of coming to rest, and ${options.seconds} s of waiting …`);
  const { redis: quieting } = await watchRedis(link, delay(QUIETING_MS));
  const { redis: redisHold, result: held } = await watchRedis(link, hold(instance, crowd, options.seconds));
  const givingBackMs = await giveBack(crowd, options.sessions - options.answers);
  looks.push(await look(instance, link, { when: 'all ended', count: 0 }));
  await delay(AFTERWARDS_MS);
  const keysLeft = await keysOf(link);
  looks.push(await look(instance, link, { when: `${AFTERWARDS_MS / 1000} s later`, count: 0 }));
  return {
    looks,
    held,
    redis: redisHold,
    quieting,
    arrivals,
    warnings: instance.logged.length,
    keysLeft,
    givingBackMs,
  };
}

interface Parts {
  readonly instance: MeasuredProcess;
  readonly link: RedisLink;
  readonly options: WaitingOptions;
}

/** What only a first session needs is not to be counted for all. */
async function warmUp(instance: MeasuredProcess, { face }: WaitingOptions): Promise<void> {
  await using crowd = new Crowd(instance.url, face);
  await crowd.begin(WARM_UP);
  await crowd.attach();
  await crowd.answer(WARM_UP / 2);
  await crowd.cancel();
  await delay(RETENTION_MS);
}

async function begin(crowd: Crowd, { instance, link, options }: Parts): Promise<Look> {
  const progress = showProgress('Sessions that ask and wait', options.sessions);
  await crowd.begin(options.sessions, progress.show);
  progress.end();
  return look(instance, link, { when: 'waiting', count: options.sessions });
}

async function attach(crowd: Crowd, { instance, link, options }: Parts): Promise<Look> {
  const progress = showProgress('Open streams', options.sessions);
  await crowd.attach(progress.show);
  progress.end();
  return look(instance, link, { when: 'waiting, a stream each', count: options.sessions });
}

async function giveBack(crowd: Crowd, sessions: number): Promise<number> {
  const progress = showProgress('Cancelled, streams ended', sessions);
  const startedAt = performance.now();
  await crowd.cancel(progress.show);
  progress.end();
  return performance.now() - startedAt;
}

/** Those that have not expired: DBSIZE counts what Redis has not come to removing yet. */
async function keysOf(link: RedisLink): Promise<readonly string[]> {
  const { keys } = await redisUsage(link);
  if (keys > 20_000) throw new Error(`Redis still has ${keys} keys`);
  const names = await link.ask('KEYS', '*');
  return Array.isArray(names) ? names.map(String) : [];
}
