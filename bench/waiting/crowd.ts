import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Arrival, CrowdReply, CrowdRequest, Tally } from './crowd-messages.ts';
import type { FaceName } from './face.ts';

const PROCESSES = 2;

/** Hears how many clients are done with what all are about. */
export type OnProgress = (done: number) => void;

/** Clients of a server, each with a session of its own, in processes of their own. They do one thing at a time. */
export class Crowd implements AsyncDisposable {
  readonly #processes: readonly ChildProcess[];

  constructor(url: string, face: FaceName) {
    const module = join(import.meta.dirname, 'crowd-process.ts');
    this.#processes = Array.from({ length: PROCESSES }, () => fork(module, [url, face], { execArgv: [] }));
  }

  /** Each starts a session, reads until it asks, and leaves. At most 100 at once. */
  async begin(count: number, onProgress: OnProgress = () => {}): Promise<void> {
    await this.#all((share) => ({ verb: 'begin', count: share(count) }), onProgress);
  }

  /** Each gets the id of a session that nobody has started: for a server that does not mind. */
  async invent(count: number): Promise<void> {
    await this.#all((share) => ({ verb: 'invent', count: share(count) }));
  }

  /** Each opens a stream of its session, from its question on. At most 100 at once. */
  async attach(onProgress: OnProgress = () => {}): Promise<void> {
    await this.#all(() => ({ verb: 'attach' }), onProgress);
  }

  async tally(): Promise<Tally> {
    const tallies = (await this.#all(() => ({ verb: 'tally' }))) as readonly Tally[];
    const sum = (field: keyof Tally): number => tallies.reduce((total, one) => total + one[field], 0);
    return { open: sum('open'), keepalives: sum('keepalives'), events: sum('events'), cut: sum('cut') };
  }

  /** Some answer their question, one after the other, and read to the end of their session. */
  async answer(count: number): Promise<readonly Arrival[]> {
    const arrivals: Arrival[] = [];
    for (const [index, child] of this.#processes.entries()) {
      const share = shareOf(count, index);
      arrivals.push(...((await ask(child, { verb: 'answer', count: share })) as readonly Arrival[]));
    }
    return arrivals;
  }

  /** The others cancel their session; resolves when the server has ended every stream. At most 100 at once. */
  async cancel(onProgress: OnProgress = () => {}): Promise<void> {
    await this.#all(() => ({ verb: 'cancel' }), onProgress);
  }

  /** All leave their streams. */
  async leave(): Promise<void> {
    await this.#all(() => ({ verb: 'leave' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.disconnect();
        await exited;
      }),
    );
  }

  async #all(
    requestOf: (share: (count: number) => number) => CrowdRequest,
    onProgress: OnProgress = () => {},
  ): Promise<readonly unknown[]> {
    const done = this.#processes.map(() => 0);
    return Promise.all(
      this.#processes.map((child, index) =>
        ask(
          child,
          requestOf((count) => shareOf(count, index)),
          (its) => {
            done[index] = its;
            onProgress(done.reduce((total, one) => total + one, 0));
          },
        ),
      ),
    );
  }
}

function shareOf(count: number, index: number): number {
  return Math.floor(count / PROCESSES) + (index < count % PROCESSES ? 1 : 0);
}

async function ask(child: ChildProcess, request: CrowdRequest, onProgress: OnProgress = () => {}): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const hear = (reply: CrowdReply): void => {
    if (reply.kind === 'progress') onProgress(reply.done);
    else if (reply.kind === 'done') resolve(reply.value);
    else reject(new Error(reply.message));
  };
  const gone = (): void => reject(new Error('a process of clients has ended'));
  child.on('message', hear).once('exit', gone);
  child.send(request);
  try {
    return await promise;
  } finally {
    child.off('message', hear).off('exit', gone);
  }
}
