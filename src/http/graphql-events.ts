import type { ExecutionResult } from 'graphql';
import type { Clock, Timer } from '../clock.ts';

/** A comment, which says that a stream is alive. */
export const PING = ':\n\n';

const PING_BYTES = Buffer.from(PING);

/** After how much silence: as often as the libraries do. */
const PING_AFTER_MS = 12_000;

/**
 * Results as frames of an event stream, in the protocol of graphql-sse: a ping first, since some browsers hold back the
 * headers until a byte arrives, and one after each silence. Both results and pings are made when the reader asks for
 * more: while it does not read, none queues up.
 */
export async function* eventFrames(
  results: AsyncIterator<ExecutionResult>,
  clock: Clock,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield PING_BYTES;
    for (let next = results.next(); ; next = results.next()) {
      while (await isSilent(next, clock)) yield PING_BYTES;
      const { value, done } = await next;
      if (done === true) break;
      yield Buffer.from(`event: next\ndata: ${JSON.stringify(value)}\n\n`);
    }
    yield Buffer.from('event: complete\ndata:\n\n');
  } finally {
    await results.return?.();
  }
}

/** Resolves with true after a silence, or with false as soon as there is something. */
async function isSilent(next: Promise<unknown>, clock: Clock): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer: Timer = clock.after(PING_AFTER_MS, () => resolve(true));
  try {
    return await Promise.race([promise, next.then(() => false)]);
  } finally {
    timer.cancel();
  }
}
