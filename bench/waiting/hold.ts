import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisLink } from '../../test/support/services/redis-link.ts';
import type { Crowd } from './crowd.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { callsPerSecond, redisUsage, scriptsBetween } from './redis-usage.ts';

/** What a server and its streams did while all of them waited. */
export interface Hold {
  /** How many streams were open at its end. */
  readonly streams: number;
  /** Seconds of CPU a second. */
  readonly cpu: number;
  /** The same of everything on this machine, the clients included: much of it disturbs the measurement. */
  readonly machineCpu: number;
  readonly keepalivesPerSecond: number;
  /** Events that came although nothing happened, and streams that were cut. Both are to be 0. */
  readonly events: number;
  readonly cut: number;
  /** The resident set in bytes: the smallest and the largest of a look a second. */
  readonly rss: readonly [least: number, most: number];
}

/** What Redis did meanwhile. */
export interface RedisHold {
  /** Seconds of CPU a second. */
  readonly cpu: number;
  /** Calls a second by command, the busiest first; those that scripts make as well. */
  readonly calls: readonly (readonly [string, number])[];
  /** Calls of scripts in all, and in the busiest second. */
  readonly scripts: number;
  readonly mostScripts: number;
}

/** Watches a server while nothing happens. */
export async function hold(server: MeasuredProcess, crowd: Crowd, seconds: number): Promise<Hold> {
  const [before, cpuBefore, startedAt] = [await crowd.tally(), await server.cpuSeconds(), performance.now()];
  const machineBefore = machineSeconds();
  const looks: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await delay(Math.max(0, startedAt + (second + 1) * 1000 - performance.now()));
    looks.push(await server.rss());
  }
  const cpuSeconds = (await server.cpuSeconds()) - cpuBefore;
  const passed = (performance.now() - startedAt) / 1000;
  const after = await crowd.tally();
  return {
    streams: after.open,
    cpu: cpuSeconds / passed,
    machineCpu: (machineSeconds() - machineBefore) / passed,
    keepalivesPerSecond: (after.keepalives - before.keepalives) / passed,
    events: after.events - before.events,
    cut: after.cut - before.cut,
    rss: [Math.min(...looks), Math.max(...looks)],
  };
}

/** Seconds of CPU that were used since the machine's start. */
function machineSeconds(): number {
  return cpus().reduce((total, { times }) => total + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}

/** Watches Redis while something else goes on. */
export async function watchRedis<T>(
  link: RedisLink,
  work: Promise<T>,
): Promise<{ readonly redis: RedisHold; readonly result: T }> {
  const [startedAt, before] = [performance.now(), await redisUsage(link)];
  const over = work.then(() => true);
  let [last, mostScripts] = [before, 0];
  for (let isOver = false; !isOver;) {
    isOver = await Promise.race([over, delay(1000, false)]);
    const now = await redisUsage(link);
    mostScripts = Math.max(mostScripts, scriptsBetween(last, now));
    last = now;
  }
  const passed = (performance.now() - startedAt) / 1000;
  const redis = {
    cpu: (last.cpuSeconds - before.cpuSeconds) / passed,
    calls: callsPerSecond(before, last, passed),
    scripts: scriptsBetween(before, last),
    mostScripts,
  };
  return { redis, result: await work };
}
