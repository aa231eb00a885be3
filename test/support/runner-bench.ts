import type { Pipeline, RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchingEvent, MatchResultsBody } from '../../src/protocol.ts';
import type { Aliveness, LifelineListener } from '../../src/session/lifeline.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { ManualClock } from './manual-clock.ts';
import { RecordingLog } from './recording-log.ts';
import { matchingInput } from './session-samples.ts';

/** How long a question waits. */
export const TIMEOUT_MS = 5000;

export const ADDRESS: Answer = { kind: 'address', address: 'Potsdamer Platz 1' };

/** A life that a test ends and gives back. */
export class TestLifeline implements Aliveness {
  readonly #listeners: LifelineListener[] = [];
  #isAlive = true;

  isAlive(): boolean {
    return this.#isAlive;
  }

  listen(listener: LifelineListener): void {
    this.#listeners.push(listener);
  }

  lose(): void {
    this.#isAlive = false;
    for (const { lost } of this.#listeners) lost?.();
  }

  regain(known = true): void {
    this.#isAlive = true;
    for (const { regained } of this.#listeners) regained?.();
    this.beat(known);
  }

  beat(known = true): void {
    for (const { beat } of this.#listeners) beat?.({ known, othersAreSilent: false });
  }
}

/** One store, with as many runners as there are instances; all of them live one life. */
export class RunnerBench implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly store = new MemorySessionStore(this.clock);
  readonly log = new RecordingLog();
  readonly runners: SessionRunner[] = [];
  readonly lifeline = new TestLifeline();

  runner(run: (context: RunContext) => Promise<MatchResultsBody>): SessionRunner {
    const pipeline: Pipeline = { admit: async () => {}, run };
    const { store, clock, log, lifeline } = this;
    const runner = new SessionRunner({
      store,
      pipeline,
      lifeline,
      clock,
      log,
      interactionTimeoutMs: TIMEOUT_MS,
    });
    this.runners.push(runner);
    return runner;
  }

  /** Starts a session that nobody runs yet. */
  async start(maxLifeMs = 60_000, sessionId = 'running-session'): Promise<Lease> {
    const key = { account: 'demo', sessionId };
    const start = { input: matchingInput(), startToken: 't', instance: 'one', maxLifeMs, retentionMs: 10_000 };
    const started = await this.store.start(key, start);
    if (started.outcome !== 'started') throw new Error('not started');
    return started.lease;
  }

  async events(lease: Lease): Promise<readonly MatchingEvent[]> {
    return (await this.store.read(lease, 0, 1000))?.events ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.runners.map(async (runner) => runner.close()));
    await this.store.close();
  }
}

/** A step of progress under a key of its own. */
export async function progressOf(run: RunContext, name: string, progress: number): Promise<void> {
  await run.progress(name, { stage: 'finding_centers', progress, details: name });
}
