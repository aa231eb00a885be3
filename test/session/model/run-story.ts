import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { endOf, nameOf } from './model-state.ts';
import { BEGINNING, type WorldCommand } from './commands.ts';
import { callOf, markOf } from './intent.ts';
import type { System } from './system.ts';
import { KEYS, World } from './world.ts';

export interface Stories {
  readonly story: fc.Arbitrary<Iterable<WorldCommand>>;
  readonly open: () => Promise<System>;
  readonly numRuns: number;
  readonly seed: number;
}

/** A new seed at every run: a failure names it. */
export const RANDOM_SEED = randomInt(2 ** 31);

/** How long the runs of one seed may take, the search for a shorter story that fails included. */
const LIMIT_MS = 60_000;

/** Has the stories told, and gives how many were. Rejects with the shortest that fails, and its seed. */
export async function tell({ story, open, numRuns, seed }: Stories): Promise<number> {
  const property = fc.asyncProperty(story, async (commands) => {
    await using world = new World(await open());
    for (const store of world.system.stores) for (const key of KEYS) await world.watch(store, key);
    for (const intent of BEGINNING) {
      const call = callOf(intent, world);
      if (call) await world.carryOut(world.system.stores[0], call);
    }
    await fc.asyncModelRun(async () => ({ model: world, real: {} }), commands);
    await checkKept(world);
  });
  const details = await fc.check(property, { numRuns, seed, plugins: [fc.interruptAfterTimeLimit(LIMIT_MS)] });
  if (!details.failed) return details.numRuns;
  throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
}

/** Of a session that has ended, no step and no answer is kept; and nothing is kept for ever. */
async function checkKept(world: World): Promise<void> {
  const kept = await world.system.kept();
  if (!kept) return;
  if (kept.forEver.length > 0) throw new Error(`kept for ever: ${kept.forEver.join(', ')}`);
  for (const [who, key] of KEYS.entries()) {
    const isEnded = world.belief.every(({ sessions }) => {
      const session = sessions[nameOf(key)];
      return session === undefined || endOf(session) !== undefined;
    });
    if (isEnded && kept.text.includes(markOf(who))) throw new Error(`something of ${nameOf(key)} was not erased`);
  }
}
