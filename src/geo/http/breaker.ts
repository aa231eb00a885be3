import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { MapServiceUnavailable } from '../map-service.ts';
import { isRefusal, isServiceFault } from './failures.ts';

export interface BreakerOptions {
  /** So many requests must fail in a row, 1 or more. */
  readonly failures: number;
  /** Then the service is not asked for so long. */
  readonly restMs: number;
}

/** Keeps requests from a service that does not work. */
export interface Breaker {
  /**
   * Does `work`. Rejects as it does; without doing it, with MapServiceUnavailable `resting` while the service rests. The
   * first request after that is a trial: until it has an answer the service rests for all others.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** A breaker that counts faults of the service alone: no refusal, no missing turn and no abort. */
export function createBreaker(service: string, { failures, restMs }: BreakerOptions): Breaker {
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((thrown) => isServiceFault(thrown) || (policy.state === CircuitState.HalfOpen && !isRefusal(thrown))),
    // A trial that is broken off or gets no turn proves nothing; unless it is a failure, it would end the rest.
    { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(failures) },
  );
  return {
    async run(work) {
      // The policy would let them wait for the trial, however long it takes.
      if (policy.state === CircuitState.HalfOpen) throw new MapServiceUnavailable(service, 'resting');
      try {
        return await policy.execute(work);
      } catch (thrown) {
        if (thrown instanceof BrokenCircuitError) throw new MapServiceUnavailable(service, 'resting');
        throw thrown;
      }
    },
  };
}
