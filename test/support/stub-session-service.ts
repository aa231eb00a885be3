import { SessionFailure } from '../../src/errors.ts';
import type { InteractionReceipt, SessionStatus } from '../../src/protocol.ts';
import type { FollowedSession, RespondRequest, SessionService } from '../../src/session/session-service.ts';
import { EventFeed } from './event-feed.ts';

/** One call of the door, as it came. */
export interface Call {
  readonly verb: 'start' | 'attach' | 'respond' | 'status' | 'cancel';
  readonly account: string;
  readonly args: readonly unknown[];
}

/** The door to sessions with nothing behind it: it notes each call and answers as the test says. */
export class StubSessionService implements SessionService {
  readonly calls: Call[] = [];
  readonly feed = new EventFeed();
  sessionId = 'session-of-a-test';
  /** Whether nothing follows the cursor. */
  isOver = false;
  /** Runs before every answer: to fail, or to make the caller wait. */
  before: (call: Call) => Promise<void> | void = () => undefined;
  receipt: InteractionReceipt = { sessionId: this.sessionId, interactionId: 'interaction_0', status: 'received' };
  found: SessionStatus = {
    sessionId: this.sessionId,
    completed: false,
    interactionsCount: 0,
    hasResults: false,
    stage: null,
    progress: null,
    pendingInteractions: [],
    lastSequence: 0,
    startedAt: 1_700_000_000_000,
    expiresAt: null,
  };

  async start(account: string, input: unknown, after?: number | null): Promise<FollowedSession> {
    await this.#note({ verb: 'start', account, args: [input, after] });
    return { sessionId: this.sessionId, isOver: this.isOver, events: this.feed.read(after ?? 0) };
  }

  async attach(account: string, sessionId: string, after?: number | null): Promise<FollowedSession> {
    await this.#note({ verb: 'attach', account, args: [sessionId, after] });
    return { sessionId, isOver: this.isOver, events: this.feed.read(after ?? 0) };
  }

  async respond(account: string, answer: RespondRequest): Promise<InteractionReceipt> {
    await this.#note({ verb: 'respond', account, args: [answer] });
    return this.receipt;
  }

  async status(account: string, sessionId: string): Promise<SessionStatus> {
    await this.#note({ verb: 'status', account, args: [sessionId] });
    return this.found;
  }

  async cancel(account: string, sessionId: string): Promise<SessionStatus> {
    await this.#note({ verb: 'cancel', account, args: [sessionId] });
    return this.found;
  }

  /** Makes every call fail with this. */
  failWith(error: Error): void {
    this.before = () => {
      throw error;
    };
  }

  /** Makes every call fail as expected. */
  refuse(...failure: ConstructorParameters<typeof SessionFailure>): void {
    this.failWith(new SessionFailure(...failure));
  }

  async #note(call: Call): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }
}
