import fc from 'fast-check';
import { anyIntent, instance, who } from './any-intent.ts';
import { callOf, LEASE_MS, type Facts, type Intent } from './intent.ts';
import { deadlineOf, forgottenAt } from './model-state.ts';
import { FAULTS, type Fault } from './system.ts';
import { KEYS, type World } from './world.ts';

/** A step of a story about a world, which may be told again. */
export type WorldCommand = fc.AsyncCommand<World, object>;

const calling = fc.tuple(anyIntent, instance).map(([one, on]): WorldCommand => ({
  check: (world) => callOf(one, world) !== undefined,
  async run(world) {
    const call = callOf(one, world);
    if (call) await world.carryOut(storeOf(world, one, on), call);
  },
  toString: () => `on ${on}: ${JSON.stringify(one)}`,
}));

/** A call of which a reply is lost: mostly it makes one request, and sometimes two. */
const callingUnheard = fc.tuple(calling, fc.nat(1)).map(([call, after]): WorldCommand => ({
  check: (world) => call.check(world),
  async run(world, real) {
    world.system.disturb({ fault: 'lose_reply', after, times: 1 });
    await call.run(world, real);
  },
  toString: () => `unheard after ${after}: ${call.toString()}`,
}));

const callingTogether = fc.tuple(anyIntent, anyIntent).map((both): WorldCommand => ({
  // An instance beats for itself, one beat after the other.
  check: (world) =>
    !both.every(({ verb }) => verb === 'heartbeat') && both.every((one) => callOf(one, world) !== undefined),
  async run(world) {
    const pairs = both.flatMap((one, on) => {
      const call = callOf(one, world);
      return call ? [[storeOf(world, one, on), call] as const] : [];
    });
    await world.carryOutTogether(pairs);
  },
  toString: () => `together: ${JSON.stringify(both)}`,
}));

const watching = fc.tuple(who, instance).map(([session, on]): WorldCommand => ({
  check: () => true,
  async run(world) {
    const key = KEYS[session];
    if (key) await world.watch(storeAt(world, on), key);
  },
  toString: () => `on ${on}: watch ${session}`,
}));

const nearest = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9) });

/** To a moment at which something falls due, the nearest most often, or just before or after it. */
const passing = fc.tuple(nearest, fc.integer({ min: -1, max: 1 })).map(([number, off]): WorldCommand => ({
  check: (world) => momentsIn(world).length > 0,
  async run(world) {
    const now = await world.system.now();
    const within = momentsIn(world)
      .map((at) => at + off)
      .filter((at) => at > now && at <= now + world.system.longestPassMs);
    const at = within[Math.min(number, within.length - 1)];
    if (at !== undefined) await world.passUntil(at);
  },
  toString: () => `pass to moment ${number}, off by ${off}`,
}));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...FAULTS) },
  { weight: 1, arbitrary: fc.constant('lose_reply') },
);

/** Some calls make more than one request: each of them is to meet it. */
const disturbing = fc
  .record({ fault, after: fc.nat(1), times: fc.integer({ min: 1, max: 2 }) })
  .map((disturbance): WorldCommand => ({
    check: () => true,
    run: async (world) => world.system.disturb(disturbance),
    toString: () => `disturb: ${JSON.stringify(disturbance)}`,
  }));

/** How every story begins: most is to be seen of a session that there is, and waits for answers. */
export const BEGINNING: readonly Intent[] = [
  { verb: 'start', who: 0, token: 0, limit: 10, instance: 0, life: 'long', retention: 'long' },
  { verb: 'ask', who: 0, lease: { older: 0, ahead: 'no' }, keys: [0, 1], timeout: 'long' },
];

/** A story in which all goes well, but for callers who get in each other's way. */
export function story(maxCommands: number): fc.Arbitrary<Iterable<WorldCommand>> {
  const commands = fc.oneof(
    { weight: 40, arbitrary: calling },
    { weight: 4, arbitrary: callingTogether },
    { weight: 1, arbitrary: watching },
    { weight: 4, arbitrary: passing },
  );
  return fc.noBias(fc.commands([commands], { maxCommands, size: 'max' }));
}

/** A story over a network that loses, delays and cuts. */
export function storyOfFaults(maxCommands: number): fc.Arbitrary<Iterable<WorldCommand>> {
  const commands = fc.oneof(
    { weight: 12, arbitrary: calling },
    { weight: 12, arbitrary: callingUnheard },
    { weight: 1, arbitrary: watching },
    { weight: 1, arbitrary: passing },
    { weight: 4, arbitrary: disturbing },
  );
  return fc.noBias(fc.commands([commands], { maxCommands, size: 'max' }));
}

/** An instance beats for itself, on the store that is its own. */
function storeOf(world: World, one: Intent, on: number) {
  return storeAt(world, one.verb === 'heartbeat' || one.verb === 'retire' ? one.instance : on);
}

function storeAt({ system: { stores } }: World, number: number) {
  return stores[number] ?? stores[0];
}

function momentsIn({ belief }: Facts): readonly number[] {
  const [state] = belief;
  const sessions = Object.values(state?.sessions ?? {});
  const due = sessions.flatMap((session) => [deadlineOf(session), forgottenAt(session)]);
  const beats = Object.values(state?.instances ?? {}).map(({ at }) => at);
  return [...due, ...beats.flatMap((at) => [at + LEASE_MS, at + 10 * LEASE_MS])].toSorted((one, other) => one - other);
}
