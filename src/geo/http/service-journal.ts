import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';
import { MapServiceUnavailable } from '../map-service.ts';

/** How often at most the log says that requests are refused, and that a token is not accepted. */
const REFUSED_EVERY_MS = 60_000;

/** Such as `ProfileNotFound` or `SYSTEM_ERROR`. */
const WORD = /^[A-Za-z_]{1,60}$/u;

/** The service works, but wants to be asked something else. */
const ASKED_WRONGLY: ReadonlySet<number | null> = new Set([400, 422]);

/** What OSRM says with such a status of places that are asked for as they should be. */
const ANSWERS: ReadonlySet<string | null> = new Set(['NoSegment', 'NoRoute', 'NoTable', 'TooBig']);

/** Not accepted: the access token, or its rights. */
const NOT_ACCEPTED: ReadonlySet<number | null> = new Set([401, 403]);

/**
 * What the log hears of a map service: when it begins to fail, when it works again, that it wants another token, and that
 * it refuses what it is asked, as a server does that is not what its address is taken for.
 */
export class ServiceJournal {
  readonly #service: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #outage: Outage;
  readonly #saidAt = new Map<string, number>();

  constructor(service: string, clock: Clock, log: Log) {
    this.#service = service;
    this.#clock = clock;
    this.#log = log;
    this.#outage = new Outage(log, service);
  }

  /** It works, though it may refuse what it was asked, by a word of its own. */
  answered(refusal: string | null): void {
    this.#outage.worked();
    if (refusal === null) return;
    // Letters alone: a word that said more could quote what was asked.
    const code = WORD.test(refusal) ? refusal : null;
    this.#sayNowAndThen('warn', { status: 200, code }, `${this.#service} refuses what it is asked`);
  }

  /** Whatever a request was rejected with; what says nothing of the service is passed over. */
  failed(thrown: unknown): void {
    if (!(thrown instanceof MapServiceUnavailable)) return;
    const { failure, status, code } = thrown;
    // Busy by what others have asked: that the service itself asks to be left alone is worth a line.
    if ((failure === 'busy' && status === null) || failure === 'resting') return;
    if (NOT_ACCEPTED.has(status)) {
      this.#sayNowAndThen('error', { status }, `${this.#service} does not accept the access token`);
    } else if (!ASKED_WRONGLY.has(status)) {
      this.#outage.failed(loggable(thrown));
    } else if (!ANSWERS.has(code)) {
      this.#sayNowAndThen('warn', { status, code }, `${this.#service} refuses what it is asked`);
    }
  }

  #sayNowAndThen(level: 'warn' | 'error', fields: object, message: string): void {
    const now = this.#clock.monotonic();
    if (now - (this.#saidAt.get(message) ?? Number.NEGATIVE_INFINITY) < REFUSED_EVERY_MS) return;
    this.#saidAt.set(message, now);
    this.#log[level](fields, message);
  }
}

/** Of a cause the log has the name and the code alone: the code here is all that there is to say. */
function loggable({ name, failure, status, code }: MapServiceUnavailable): Error {
  const words = [failure, status, code].filter((word) => word !== null);
  return Object.assign(new Error(failure), { name, code: words.join(' ') });
}
