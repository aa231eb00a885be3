import type { UserInteractionMessage } from '../rest-protocol.ts';
import type { SessionMemory } from './session-memory.ts';

/** What a lane of questions works with. */
interface LaneOptions {
  readonly memory: SessionMemory;
  /** Asks, and has the answer acknowledged. The signal aborts when the question was closed elsewhere. */
  readonly settle: (question: UserInteractionMessage, signal: AbortSignal) => Promise<void>;
  /** Told once, when a question could not be settled. */
  readonly onFailure: (error: unknown) => void;
  /** Aborts at the end of the session. */
  readonly end: AbortSignal;
}

interface Asking {
  readonly interactionId: string;
  readonly closing: AbortController;
}

/** The questions of a session, asked one after another beside the reading of its stream. */
export class QuestionLane {
  readonly #options: LaneOptions;
  #asking: Asking | null = null;
  #running = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Takes a question. It is not asked before `ask`. */
  add(question: UserInteractionMessage): void {
    this.#options.memory.open.set(question.interaction_id, question);
  }

  /** A question was answered, here or elsewhere: it is asked no more. */
  close(interactionId: string): void {
    this.#options.memory.open.delete(interactionId);
    this.#stopAsking((asking) => asking.interactionId === interactionId);
  }

  /** The session is over, or its log was lost: none of its questions counts any more. */
  forget(): void {
    this.#options.memory.open.clear();
    this.#stopAsking(() => true);
  }

  /** Asks what is open. Called once all that came together was read: what closes a question may come along with it. */
  ask(): void {
    if (this.#running || this.#options.end.aborted) return;
    this.#running = true;
    this.#work().catch((error: unknown) => this.#options.onFailure(error));
  }

  async #work(): Promise<void> {
    for (let question = this.#next(); question; question = this.#next()) await this.#settle(question);
    this.#running = false;
  }

  #next(): UserInteractionMessage | undefined {
    return this.#options.memory.open.values().next().value;
  }

  async #settle(question: UserInteractionMessage): Promise<void> {
    const { settle, end } = this.#options;
    const asking = { interactionId: question.interaction_id, closing: new AbortController() };
    this.#asking = asking;
    try {
      await settle(question, AbortSignal.any([end, asking.closing.signal]));
      if (!asking.closing.signal.aborted) this.close(question.interaction_id);
    } catch (error) {
      // Whoever answered elsewhere made this question, and what became of asking it, irrelevant.
      if (!asking.closing.signal.aborted) throw error;
    } finally {
      this.#asking = null;
    }
  }

  #stopAsking(which: (asking: Asking) => boolean): void {
    if (this.#asking && which(this.#asking)) this.#asking.closing.abort();
  }
}
