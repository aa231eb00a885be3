import { setTimeout as delay } from 'node:timers/promises';
import type { RedisLink } from '../../test/support/services/redis-link.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { redisUsage } from './redis-usage.ts';

/** How long what is under way has to come to rest before a look. */
const SETTLE_MS = 3000;

/** What a server holds at a moment; memory in bytes. */
export interface Look {
  readonly when: string;
  /** How many sessions it has, or streams: what its memory is divided by. */
  readonly count: number;
  /** Resident, as it was found; and once garbage was collected. */
  readonly rss: number;
  readonly rssLeft: number;
  /** What is in use once garbage was collected: the heap, and what objects hold outside of it. */
  readonly inUse: number;
  readonly sockets: number;
  /** Of Redis; null where there is none. */
  readonly redis: { readonly bytes: number; readonly keys: number } | null;
}

/** Looks at a server in a moment. */
export async function look(
  server: MeasuredProcess,
  link: RedisLink | null,
  { when, count }: Pick<Look, 'when' | 'count'>,
): Promise<Look> {
  await delay(SETTLE_MS);
  const [rss, sockets] = [await server.rss(), await server.sockets()];
  const { heapUsed, external } = await server.collect();
  const rssLeft = await server.rss();
  return { when, count, rss, rssLeft, inUse: heapUsed + external, sockets, redis: link && (await redisUsage(link)) };
}
