import fc from 'fast-check';
import { STAGES } from '../../../src/protocol.ts';
import type { Intent, LeasePick } from './intent.ts';
import { KEYS } from './world.ts';

/** The number of a session, one of them most often. */
export const who = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(KEYS.length - 1) },
);
const question = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4) });
/** The number of an instance, or of its store. */
export const instance = fc.nat(1);
const length = fc.oneof(
  { weight: 3, arbitrary: fc.constant('long' as const) },
  { weight: 1, arbitrary: fc.constant('short' as const) },
);
const lease: fc.Arbitrary<LeasePick> = fc.record({
  older: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
  ahead: fc.oneof(
    { weight: 20, arbitrary: fc.constant('no' as const) },
    { weight: 1, arbitrary: fc.constantFrom('log' as const, 'epoch' as const) },
  ),
});

const progress: fc.Arbitrary<number | null> = fc.option(fc.constantFrom(0, 0.1, 0.25, 1 / 3, 0.7, 0.95, 1), {
  freq: 8,
});

/** Of an end, which alone changes a log that went back in time. */
const endingLease = fc.oneof(
  { weight: 1, arbitrary: lease },
  {
    weight: 1,
    arbitrary: fc.record({ older: fc.constant(0), ahead: fc.constantFrom<('log' | 'epoch')[]>('log', 'epoch') }),
  },
);

/** What is done, and how often as a weight. */
const INTENTS: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Intent> }[] = [
  {
    weight: 5,
    arbitrary: fc.record({
      verb: fc.constant('start' as const),
      who,
      token: fc.nat(1),
      limit: fc.constantFrom(10, 10, 11),
      instance,
      life: length,
      retention: length,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('claim' as const),
      who,
      off: fc.constantFrom(0, 0, 0, -1, 1),
      instance,
    }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('recorded' as const), who, lease }) },
  {
    weight: 7,
    arbitrary: fc.record({
      verb: fc.constant('append' as const),
      who,
      lease,
      key: fc.nat(4),
      stage: fc.constantFrom(...STAGES),
      progress,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('record' as const), who, lease, key: fc.nat(2), value: fc.nat(9) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constant('ask' as const),
      who,
      lease,
      keys: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
      timeout: length,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('finish' as const), who, lease: endingLease, results: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ verb: fc.constant('answer' as const), who, question, answer: fc.nat(2) }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('cancel' as const), who }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('expire' as const), who }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('snapshot' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('read' as const),
      who,
      after: fc.nat(12),
      limit: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('heartbeat' as const), instance }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('retire' as const), instance }) },
  {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constantFrom<('survey' | 'runningOn')[]>('survey', 'runningOn'), instance }),
  },
];

/** Whatever a caller may set out to do. */
export const anyIntent = fc.oneof(...INTENTS);
