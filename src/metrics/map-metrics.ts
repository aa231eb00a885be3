import type { Clock } from '../clock.ts';
import type { CallBudget, CallLimit } from '../geo/call-budget.ts';
import type { OnMapCall } from '../geo/map-call.ts';
import type { Instruments, Sample } from './instruments.ts';

const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A budget is asked for what is left this often at most, however often the metrics are read. */
const ASK_EVERY_MS = 5000;

/** What is left of which limits. */
export interface Budgets {
  readonly budget: Pick<CallBudget, 'left'>;
  readonly limits: readonly CallLimit[];
}

/** Adds what is heard of calls to map services, and what is left of their budgets. */
export function addMapMetrics(instruments: Instruments, clock: Clock, budgets: () => Budgets): OnMapCall {
  const calls = instruments.counter({
    name: 'matching_map_calls_total',
    help: 'Attempts to ask a map service, by what they came to.',
    labels: ['service', 'outcome'],
  });
  const durations = instruments.histogram(
    { name: 'matching_map_call_duration_seconds', help: 'From sending to the end of the answer.', labels: ['service'] },
    CALL_SECONDS,
  );
  const waits = instruments.histogram(
    { name: 'matching_map_turn_wait_seconds', help: 'What a call waited for its turn.', labels: ['service'] },
    WAIT_SECONDS,
  );
  const left = new CallsLeftOf(clock, budgets);
  instruments.gauge(
    { name: 'matching_map_calls_left', help: 'Calls that may still be made.', labels: ['service', 'of'] },
    () => left.read(),
  );
  return ({ service, outcome, waitMs, callMs }) => {
    calls.inc({ service, outcome });
    if (outcome !== 'resting') waits.observe({ service }, waitMs / 1000);
    if (callMs !== null) durations.observe({ service }, callMs / 1000);
  };
}

type LeftSample = Sample<'service' | 'of'>;

/** What is left of each limit, remembered for a while. A budget that does not answer is left out. */
class CallsLeftOf {
  readonly #clock: Clock;
  readonly #budgets: () => Budgets;
  #askedAt = Number.NEGATIVE_INFINITY;
  #samples: Promise<readonly LeftSample[]> = Promise.resolve([]);

  constructor(clock: Clock, budgets: () => Budgets) {
    this.#clock = clock;
    this.#budgets = budgets;
  }

  async read(): Promise<readonly LeftSample[]> {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt >= ASK_EVERY_MS) {
      this.#askedAt = now;
      this.#samples = this.#ask();
    }
    return this.#samples;
  }

  async #ask(): Promise<readonly LeftSample[]> {
    const { budget, limits } = this.#budgets();
    const samples = limits.map(async (limit) => {
      const service = limit.name;
      const { inWindow, inMonth } = await budget.left(limit);
      const window: LeftSample = { labels: { service, of: 'window' }, value: inWindow };
      return inMonth === null ? [window] : [window, { labels: { service, of: 'month' }, value: inMonth }];
    });
    const answered = await Promise.allSettled(samples);
    return answered.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }
}
