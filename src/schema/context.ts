import type { Clock } from '../clock.ts';
import type { SessionService } from '../session/session-service.ts';

/** What every resolver is handed. */
export interface GraphqlContext {
  /** Whose sessions the caller may see. */
  readonly account: string;
  readonly service: SessionService;
  readonly clock: Clock;
  /** A fresh UUID v4. */
  readonly newId: () => string;
  /** Aborts when the server is about to close: open streams then say their last word and end. */
  readonly ending: AbortSignal;
}
