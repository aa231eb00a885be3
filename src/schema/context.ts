import type { Clock } from '../clock.ts';
import type { SessionService } from '../session/session-service.ts';

/** What every resolver is handed. */
export interface GraphqlContext {
  /** Whose sessions the caller may see. */
  readonly account: string;
  /** The request, as its log line names it. */
  readonly requestId: string;
  readonly service: SessionService;
  readonly clock: Clock;
  /** A fresh UUID v4. */
  readonly newId: () => string;
  /** From 0 to below 1: spreads the readers of a server that closes over the time that they come back in. */
  readonly random: () => number;
  /** Aborts when the server is about to close: open streams then say their last word and end. */
  readonly ending: AbortSignal;
  /** Aborts when what the caller showed holds no more: an open stream then says so and ends. */
  readonly expired: AbortSignal;
}
