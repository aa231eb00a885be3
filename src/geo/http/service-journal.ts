import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';
import { MapServiceUnavailable } from '../map-service.ts';

/** How often at most the log says that a token is not accepted. */
const REFUSED_EVERY_MS = 60_000;

/** What was wrong with the request and not with the service or the way it is set up. */
const ASKED_WRONGLY: ReadonlySet<number | null> = new Set([400, 422]);

/** Not accepted: the access token, or its rights. */
const NOT_ACCEPTED: ReadonlySet<number | null> = new Set([401, 403]);

/** What the log hears of a map service: when it begins to fail, when it works again, and that it wants another token. */
export class ServiceJournal {
  readonly #service: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #outage: Outage;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(service: string, clock: Clock, log: Log) {
    this.#service = service;
    this.#clock = clock;
    this.#log = log;
    this.#outage = new Outage(log, service);
  }

  worked(): void {
    this.#outage.worked();
  }

  /** Whatever a request was rejected with; what says nothing of the service is passed over. */
  failed(thrown: unknown): void {
    if (!(thrown instanceof MapServiceUnavailable)) return;
    if (thrown.failure === 'busy' || thrown.failure === 'resting') return;
    if (NOT_ACCEPTED.has(thrown.status)) this.#refused(thrown.status);
    else if (!ASKED_WRONGLY.has(thrown.status)) this.#outage.failed(loggable(thrown));
  }

  #refused(status: number | null): void {
    const now = this.#clock.monotonic();
    if (now - this.#refusedAt < REFUSED_EVERY_MS) return;
    this.#refusedAt = now;
    this.#log.error({ status }, `${this.#service} does not accept the access token`);
  }
}

/** Of a cause the log has the name and the code alone: the code here is all that there is to say. */
function loggable({ name, failure, status, code }: MapServiceUnavailable): Error {
  const words = [failure, status, code].filter((word) => word !== null);
  return Object.assign(new Error(failure), { name, code: words.join(' ') });
}
