import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { CallBudget, CallLimit } from './call-budget.ts';
import { Breaker, type BreakerOptions } from './http/breaker.ts';
import { isWorthRetrying } from './http/failures.ts';
import { holdMsOf } from './http/rate-limit-headers.ts';
import { readAnswer } from './http/read-answer.ts';
import { send } from './http/send.ts';
import { ServiceJournal } from './http/service-journal.ts';
import { Turns, type Waiter } from './http/turns.ts';
import { pause } from './http/waiting.ts';
import type { MapCall, OnMapCall } from './map-call.ts';
import { type MapRequest, type MapService, MapServiceUnavailable } from './map-service.ts';

export interface HttpMapServiceOptions {
  /** Such as `mapbox-geocoding`. */
  readonly name: string;
  /** Null: calls are not counted. */
  readonly limit: CallLimit | null;
  readonly budget: CallBudget;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every attempt. Default: nobody. */
  readonly onCall?: OnMapCall | undefined;
  /** For one attempt, from sending to the end of the answer; 10,000 by default. */
  readonly timeoutMs?: number;
  /** The last turn that a request waits for, for whichever attempt, is so long after it was made; 30,000 by default. */
  readonly mostWaitMs?: number;
  /** Before a retry: about `firstMs` before the first, about twice that before the second; 250 and 2,000 by default. */
  readonly retryDelays?: { readonly firstMs: number; readonly mostMs: number };
  /** 5 failed requests in a row and 15,000 ms by default. */
  readonly breaker?: BreakerOptions;
}

const TIMEOUT_MS = 10_000;
const MOST_WAIT_MS = 30_000;
const RETRIES = 2;
const RETRY_DELAYS = { firstMs: 250, mostMs: 2000 } as const;
const BREAKER = { failures: 5, restMs: 15_000 } as const;

/**
 * A map service over HTTP. A request is tried up to three times, each time in its turn, where it may well do better:
 * after a network error, a timeout, a 5xx, a garbled answer, and a 429, which keeps everybody of the same budget from
 * asking as long as it says. A service that keeps failing rests.
 *
 * No error and no line of the log has a URL, a token, a query or a place in it.
 */
export function createHttpMapService(options: HttpMapServiceOptions): MapService {
  const { name, limit, budget, clock, log } = options;
  const { breaker: breakerOptions = BREAKER } = options;
  const tries = new Tries(options, new Turns({ service: name, limit, budget, clock }));
  const breaker = new Breaker(name, breakerOptions, clock);
  const journal = new ServiceJournal(name, clock, log);
  return {
    name,
    async request(request) {
      request.signal.throwIfAborted();
      try {
        const answer = await breaker.run(() => tries.request(request));
        journal.answered(request.refusalIn?.(answer) ?? null);
        return answer;
      } catch (thrown) {
        journal.failed(thrown);
        if (isResting(thrown)) options.onCall?.({ service: name, outcome: 'resting', waitMs: 0, callMs: null });
        throw thrown;
      }
    },
  };
}

/** The attempts of each request. */
class Tries {
  readonly #options: HttpMapServiceOptions;
  readonly #turns: Turns;
  readonly #retries = retry(handleWhen(isWorthRetrying), { maxAttempts: RETRIES });

  constructor(options: HttpMapServiceOptions, turns: Turns) {
    this.#options = options;
    this.#turns = turns;
  }

  async request<T>(request: MapRequest<T>): Promise<T> {
    const { clock, mostWaitMs = MOST_WAIT_MS, retryDelays = RETRY_DELAYS } = this.#options;
    const { signal } = request;
    const waiter = { signal, latest: clock.monotonic() + mostWaitMs, onWait: once(request.onWait) };
    const delays = new ExponentialBackoff({ initialDelay: retryDelays.firstMs, maxDelay: retryDelays.mostMs });
    let delay = delays.next();
    return this.#retries.execute(async ({ attempt }) => {
      if (attempt > 0) {
        // Here, as the policy's own wait cannot be broken off.
        await pause(clock, delay.duration, signal);
        delay = delay.next(undefined);
      }
      return this.#attempt(request, waiter);
    });
  }

  /** One attempt in its turn, and what it came to for whoever counts. */
  async #attempt<T>(request: MapRequest<T>, waiter: Waiter): Promise<T> {
    const { name: service, clock, onCall } = this.#options;
    const askedAt = clock.monotonic();
    let sentAt: number | undefined;
    const tell = (outcome: MapCall['outcome']): void => {
      const now = clock.monotonic();
      const callMs = sentAt === undefined ? null : now - sentAt;
      onCall?.({ service, outcome, waitMs: (sentAt ?? now) - askedAt, callMs });
    };
    try {
      await this.#turns.take(waiter);
      sentAt = clock.monotonic();
      const answer = await this.#send(request, waiter.signal);
      tell('ok');
      return answer;
    } catch (thrown) {
      tell(outcomeOf(thrown, waiter.signal));
      throw thrown;
    }
  }

  async #send<T>({ url, body, answer }: MapRequest<T>, signal: AbortSignal): Promise<T> {
    const { name: service, clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const reply = await send({ service, url, body, signal }, clock, timeoutMs);
    if (reply.status === 429) await this.#turns.hold(holdMsOf(reply.headers, clock.now()), signal);
    return readAnswer(service, reply, answer);
  }
}

function outcomeOf(thrown: unknown, signal: AbortSignal): MapCall['outcome'] {
  if (thrown instanceof MapServiceUnavailable) return thrown.failure;
  return signal.aborted ? 'aborted' : 'failed';
}

function isResting(thrown: unknown): boolean {
  return thrown instanceof MapServiceUnavailable && thrown.failure === 'resting';
}

/** A person hears once that a request has to wait, however often it is tried. */
function once(onWait: MapRequest<unknown>['onWait']): Waiter['onWait'] {
  let isTold = false;
  return async (waitMs) => {
    if (isTold) return;
    isTold = true;
    await onWait?.(waitMs);
  };
}
