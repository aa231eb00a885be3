import { setTimeout as delay } from 'node:timers/promises';
import { answerUntilSettled } from './answering.ts';
import type { AnswerLabel, SeenEvent } from './journal-entry.ts';
import { type ClientWorld, LogReader } from './log-reader.ts';
import type { SeededRandom } from './seeded-random.ts';
import { OWNER, type ReaderPlan, type SessionPlan } from './session-plan.ts';

/** How often an answer that was settled is sent once more. */
const ANSWERS_AGAIN = 0.3;

/** Everything that the clients of one session do, until each of them has come to its end. */
export async function playSession(world: ClientWorld, plan: SessionPlan, random: SeededRandom): Promise<void> {
  await delay(plan.startsAfterMs);
  world.write(`${plan.fact.session}/${OWNER}`, plan.fact);
  await new Play(world, plan, random).run();
}

class Play {
  readonly #world: ClientWorld;
  readonly #plan: SessionPlan;
  readonly #random: SeededRandom;
  readonly #begun = Promise.withResolvers<void>();
  readonly #answering: Promise<void>[] = [];
  /** Where it is started, and so run, when its answers are to come from elsewhere. */
  readonly #home: string | null;
  /** Questions that were heard of in this log; a log that begins anew may ask them again. */
  #heard = new Set<string>();

  constructor(world: ClientWorld, plan: SessionPlan, random: SeededRandom) {
    this.#world = world;
    this.#plan = plan;
    this.#random = random;
    this.#home = plan.aroundDeadlineMs === null ? null : world.anyInstance(random);
  }

  async run(): Promise<void> {
    const readers = this.#plan.readers.map(async (reader) => this.#read(reader, this.#random.fork()));
    await Promise.all(readers);
    await Promise.all(this.#answering);
  }

  async #read(reader: ReaderPlan, random: SeededRandom): Promise<void> {
    const { session, parent } = this.#plan.fact;
    const isOwner = reader.name === OWNER;
    if (!isOwner) await this.#begun.promise;
    if (reader.joinsAfterMs > 0) await delay(reader.joinsAfterMs);
    const { name, slowMs, leaves } = reader;
    const home = isOwner ? this.#home : null;
    const onEvent = isOwner ? (event: SeenEvent, isNewLog: boolean) => this.#hear(event, isNewLog) : () => {};
    const options = { session, parent: isOwner ? parent : null, name, home, slowMs, leaves, random, onEvent };
    await new LogReader(this.#world, options).read();
    // Whoever waits for the first event of a session that never came is not kept waiting.
    if (isOwner) this.#begun.resolve();
  }

  #hear(event: SeenEvent, isNewLog: boolean): void {
    this.#begun.resolve();
    if (isNewLog) this.#heard = new Set();
    if (!event.asked || this.#heard.has(event.asked.interactionId)) return;
    const { interactionId: id, expiresAt } = event.asked;
    const labels = [this.#plan.fact.answers, this.#plan.fact.rival ?? []].map((answers) => answers[this.#heard.size]);
    this.#heard.add(id);
    for (const [index, label] of labels.entries()) {
      const name = index === 0 ? OWNER : 'rival';
      if (label === undefined) continue;
      const random = this.#random.fork();
      const thinkMs = this.#thinkMs(expiresAt, random);
      this.#answering.push(this.#answer(id, label, { name, thinkMs, random }));
    }
  }

  #thinkMs(expiresAt: number, random: SeededRandom): number {
    const { aroundDeadlineMs: around, thinkMs } = this.#plan;
    if (around === null) return thinkMs;
    return expiresAt + random.integer(-around, around) - this.#world.clock.now();
  }

  async #answer(
    interactionId: string,
    label: AnswerLabel,
    { name, thinkMs, random }: { readonly name: string; readonly thinkMs: number; readonly random: SeededRandom },
  ): Promise<void> {
    const { session } = this.#plan.fact;
    await delay(thinkMs);
    const except = this.#home === null ? {} : { except: this.#home };
    const answer = { session, interactionId, label, name, random, ...except };
    const outcome = await answerUntilSettled(this.#world, answer);
    if (outcome === null || !random.chance(ANSWERS_AGAIN)) return;
    await delay(random.integer(0, 1000));
    await answerUntilSettled(this.#world, answer);
  }
}
