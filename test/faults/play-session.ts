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
  /** Questions that were heard of in this log; a log that begins anew may ask them again. */
  #heard = new Set<string>();

  constructor(world: ClientWorld, plan: SessionPlan, random: SeededRandom) {
    this.#world = world;
    this.#plan = plan;
    this.#random = random;
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
    const onEvent = isOwner ? (event: SeenEvent, isNewLog: boolean) => this.#hear(event, isNewLog) : () => {};
    const options = { session, parent: isOwner ? parent : null, name, slowMs, leaves, random, onEvent };
    await new LogReader(this.#world, options).read();
    // Whoever waits for the first event of a session that never came is not kept waiting.
    if (isOwner) this.#begun.resolve();
  }

  #hear(event: SeenEvent, isNewLog: boolean): void {
    this.#begun.resolve();
    if (isNewLog) this.#heard = new Set();
    const id = event.asked?.interactionId;
    if (id === undefined || this.#heard.has(id)) return;
    const labels = [this.#plan.fact.answers, this.#plan.fact.rival ?? []].map((answers) => answers[this.#heard.size]);
    this.#heard.add(id);
    for (const [index, label] of labels.entries()) {
      const name = index === 0 ? OWNER : 'rival';
      if (label !== undefined) this.#answering.push(this.#answer(id, label, { name, random: this.#random.fork() }));
    }
  }

  async #answer(
    interactionId: string,
    label: AnswerLabel,
    { name, random }: { readonly name: string; readonly random: SeededRandom },
  ): Promise<void> {
    const { session } = this.#plan.fact;
    await delay(this.#plan.thinkMs);
    const outcome = await answerUntilSettled(this.#world, { session, interactionId, label, name, random });
    if (outcome === null || !random.chance(ANSWERS_AGAIN)) return;
    await delay(random.integer(0, 1000));
    await answerUntilSettled(this.#world, { session, interactionId, label, name, random });
  }
}
