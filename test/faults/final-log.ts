import { setTimeout as delay } from 'node:timers/promises';
import { readStream, Silent } from './event-stream.ts';
import type { SeenEvent } from './journal-entry.ts';
import { ATTACHING, type ClientWorld, eventIn } from './log-reader.ts';
import { isEnd } from './seen-event.ts';
import type { SeededRandom } from './seeded-random.ts';

const TRIES = 20;
/** So many instances that say nothing have nothing to say. */
const SILENCES = 2;
const PAUSE_MS = 300;
const PATIENCE_MS = 4000;

/**
 * A session's log from its first event, and whatever stands after its end; null where there is no such session. Where
 * it has no end, what there is of it. Rejects where no instance gives it.
 */
export async function readFinalLog(
  world: ClientWorld,
  session: string,
  random: SeededRandom,
): Promise<readonly SeenEvent[] | null> {
  let silences = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const log = await readFrom(world, session, { after: 0, random });
      if (!log || !log.some(isEnd)) return log;
      return [...log, ...((await readFrom(world, session, { after: log.length, random })) ?? [])];
    } catch (error) {
      if (error instanceof Silent && ++silences === SILENCES) return [];
      if (tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}

async function readFrom(
  world: ClientWorld,
  session: string,
  { after, random }: { readonly after: number; readonly random: SeededRandom },
): Promise<SeenEvent[] | null> {
  const events: SeenEvent[] = [];
  const { signal, clock } = world;
  const url = world.anyInstance(random);
  const variables = { sessionId: session, after };
  try {
    for await (const { event, data } of readStream({
      url,
      query: ATTACHING,
      variables,
      patienceMs: PATIENCE_MS,
      signal,
      clock,
    })) {
      if (event !== 'next') break;
      const seen = eventIn(data);
      if (seen.error?.code === 'SESSION_NOT_FOUND') return null;
      if (seen.error?.code === 'UNAVAILABLE') throw new Error('the service is away');
      events.push(seen);
    }
  } catch (error) {
    // A log without an end: the stream stays open and says nothing.
    if (!(error instanceof Silent) || events.length === 0) throw error;
  }
  return events;
}
