import type { Clock } from '../../clock.ts';
import { readScript, type RedisScript, runScript, type ScriptSender } from '../../redis/script.ts';
import type { CallBudget, CallLimit, CallsLeft, Reservation } from '../call-budget.ts';
import { type Month, monthAt } from './month.ts';
import { callsLeft } from './turns.ts';

export interface RedisCallBudgetOptions {
  /** A RedisConnection, which others may use too. It is not closed here. */
  readonly redis: ScriptSender;
  /** Before every key; without braces. */
  readonly keyPrefix: string;
  /** Says which month it is; turns go by the clock of Redis. */
  readonly clock: Clock;
}

/** A month's count outlives it by so much: an instance whose clock is behind still counts for it. */
const MONTH_KEPT_MS = 3 * 24 * 60 * 60 * 1000;

/**
 * One budget for all instances on a Redis, or on a cluster. Every verb is one script, so one atomic step and one round
 * trip. A reservation whose reply is lost is asked for again, and both count: too few calls are made rather than too
 * many. When the clock of Redis goes back by more than a window, the turns and the hold from before it are forgotten; by
 * less, turns are later by as much. Reads the scripts' files: one of them is missing when this throws.
 */
export function createRedisCallBudget(options: RedisCallBudgetOptions): CallBudget {
  return new RedisCallBudget(options);
}

class RedisCallBudget implements CallBudget {
  readonly #options: RedisCallBudgetOptions;
  readonly #reserve = scriptOf('reserve');
  readonly #hold = scriptOf('hold');
  readonly #heldFor = scriptOf('held-for');
  readonly #left = scriptOf('left');

  constructor(options: RedisCallBudgetOptions) {
    this.#options = options;
  }

  async reserve(limit: CallLimit, mostWaitMs: number): Promise<Reservation> {
    const month = this.#month();
    const { spacingMs, calls, perMonth } = limit;
    const given = [spacingMs, calls, perMonth ?? '', mostWaitMs, month.leftMs + MONTH_KEPT_MS];
    const reply = (await this.#run(this.#reserve, limit, month, given)) as
      | readonly ['reserved' | 'busy', ms: number]
      | readonly ['spent'];
    switch (reply[0]) {
      case 'reserved':
        return { status: 'reserved', waitMs: reply[1] };
      case 'busy':
        return { status: 'busy', afterMs: reply[1] };
      case 'spent':
        return { status: 'spent', afterMs: month.leftMs };
    }
  }

  async hold(limit: CallLimit, forMs: number): Promise<void> {
    await this.#run(this.#hold, limit, this.#month(), [forMs]);
  }

  async heldFor(limit: CallLimit): Promise<number> {
    return (await this.#run(this.#heldFor, limit, this.#month(), [])) as number;
  }

  async left(limit: CallLimit): Promise<CallsLeft> {
    const reply = (await this.#run(this.#left, limit, this.#month(), [])) as readonly [number, number, number];
    const [now, heldUntil, counted, ...turns] = reply;
    return callsLeft(limit, { now, heldUntil, turns, counted });
  }

  #month(): Month {
    return monthAt(this.#options.clock.now());
  }

  async #run(
    script: RedisScript,
    { name, windowMs }: CallLimit,
    month: Month,
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const { redis, keyPrefix } = this.#options;
    const keys = ['turns', 'held', month.name].map((part) => `${keyPrefix}{budget:${name}}:${part}`);
    return runScript(redis, script, { keys, args: [windowMs, ...args] });
  }
}

function scriptOf(name: string): RedisScript {
  return readScript(name, [fileOf('budget'), fileOf(name)]);
}

function fileOf(name: string): URL {
  return new URL(`${name}.lua`, import.meta.url);
}
