import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchingEvent, MatchResultsBody } from '../../src/protocol.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';
import { LEASE_MS, TestInstance } from '../support/test-instance.ts';

const ADDRESS: Answer = { kind: 'address', address: 'Potsdamer Platz 1' };
/** How a session is started here. */
export const START = { input: matchingInput(), startToken: 't', maxLifeMs: 1_800_000, retentionMs: 600_000 };

/** What a session of the journal says when nothing goes wrong: progress and answers by their details. */
export const UNDISTURBED = ['a', 'b', 'user_interaction', 'ok', 'c', 'd', 'match_results'];

/** What the runs of all instances did, and where the next one is to hang. */
class Journal {
  readonly calls: string[] = [];
  hangsAt: string | undefined;

  /** Four steps, with a question in the middle. */
  run = async (run: RunContext): Promise<MatchResultsBody> => {
    await this.#step(run, 'a', 0.2);
    await this.#step(run, 'b', 0.4);
    await run.ask('work', locationQuestion());
    await this.#step(run, 'c', 0.6);
    await this.#step(run, 'd', 0.8);
    return noOffers();
  };

  async #step(run: RunContext, name: string, progress: number): Promise<void> {
    await run.step(`step ${name}`, async () => {
      this.calls.push(name);
      if (this.hangsAt === `in ${name}`) await new Promise(() => {});
      return name;
    });
    if (this.hangsAt === `after ${name}`) await new Promise(() => {});
    await run.progress(name, { stage: 'finding_centers', progress, details: name });
  }
}

/** One store, and the instances over it. */
export class TakeoverBench implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly store = new MemorySessionStore(this.clock);
  readonly journal = new Journal();
  readonly instances: TestInstance[] = [];

  async instance(name: string): Promise<TestInstance> {
    const { store, clock } = this;
    const instance = new TestInstance({ name, store, clock, run: async (run) => this.journal.run(run) });
    this.instances.push(instance);
    return instance.start();
  }

  /** Two instances that have both been alive for long. */
  async pair(): Promise<readonly [TestInstance, TestInstance]> {
    const pair = [await this.instance('one'), await this.instance('two')] as const;
    await this.clock.pass(2 * LEASE_MS);
    return pair;
  }

  async events(sessionId: string): Promise<readonly MatchingEvent[]> {
    return (await this.store.read({ account: 'demo', sessionId }, 0, 1000))?.events ?? [];
  }

  async told(sessionId: string): Promise<string[]> {
    return (await this.events(sessionId)).map((event) =>
      event.type === 'processing_update' ? event.details : event.type,
    );
  }

  async answer(sessionId: string): Promise<void> {
    await this.store.answer({ account: 'demo', sessionId }, 'interaction_0', ADDRESS, 'ok');
    await settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { link } of this.instances) link.thaw();
    for (const { link } of this.instances) link.kill();
    await this.store.close();
  }
}
