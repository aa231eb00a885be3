import type { ExecutionResult } from 'graphql';
import type { Clock } from '../clock.ts';

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
      const isSilent = silencesUntil(next, clock);
      while (await isSilent()) yield PING_BYTES;
      const { value, done } = await next;
      if (done === true) break;
      yield Buffer.from(`event: next\ndata: ${JSON.stringify(value)}\n\n`);
    }
    yield Buffer.from('event: complete\ndata:\n\n');
  } finally {
    await results.return?.();
  }
}

/**
 * What resolves with true after a silence, and with false as soon as what is awaited has come or failed. However often it
 * is asked, that is listened to once: a race would leave something on it with every silence, until it comes.
 */
function silencesUntil(awaited: Promise<unknown>, clock: Clock): () => Promise<boolean> {
  let hasCome = false;
  let wake: (isSilent: boolean) => void = () => {};
  const come = (): void => {
    hasCome = true;
    wake(false);
  };
  void awaited.then(come, come);
  return async () => {
    if (hasCome) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    wake = resolve;
    const timer = clock.after(PING_AFTER_MS, () => resolve(true));
    const isSilent = await promise;
    timer.cancel();
    return isSilent;
  };
}
