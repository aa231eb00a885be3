import type { Socket } from 'node:net';

/** What hears of the bytes on their way. */
export interface PipeOptions {
  /** Hears each chunk before it goes on; it may have the pipe die. */
  readonly hear: (chunk: Buffer) => void;
  /** Milliseconds that a chunk which comes now is held up. */
  readonly delayMs: () => number;
}

interface Held {
  readonly chunk: Buffer | null;
  readonly due: number;
}

/**
 * One direction of a link: bytes go on in their order, held up as long as it is told. Once it has swallowed something
 * it carries nothing any more, ever: a TCP stream never loses bytes in its middle.
 */
export class TcpPipe {
  readonly #to: Socket;
  readonly #options: PipeOptions;
  readonly #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;
  #dead = false;

  /** Carries what `from` says to `to`, from now on. */
  constructor(from: Socket, to: Socket, options: PipeOptions) {
    this.#to = to;
    this.#options = options;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#hold(null));
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Carries nothing any more; what is held up is lost as well. */
  die(): void {
    this.#dead = true;
    this.#held.length = 0;
    clearTimeout(this.#timer);
  }

  #take(chunk: Buffer): void {
    if (this.#dead) return;
    this.#options.hear(chunk);
    this.#hold(chunk);
  }

  /** Null stands for the end of the stream. */
  #hold(chunk: Buffer | null): void {
    if (this.#dead) return;
    const delayMs = this.#options.delayMs();
    if (delayMs === 0 && this.#held.length === 0) return this.#pass(chunk);
    const due = Math.max(performance.now() + delayMs, this.#held.at(-1)?.due ?? 0);
    this.#held.push({ chunk, due });
    if (this.#held.length === 1) this.#wait();
    return undefined;
  }

  #wait(): void {
    const [first] = this.#held;
    if (!first) return;
    this.#timer = setTimeout(
      () => {
        this.#held.shift();
        this.#pass(first.chunk);
        this.#wait();
      },
      Math.max(0, first.due - performance.now()),
    );
  }

  #pass(chunk: Buffer | null): void {
    if (chunk === null) this.#to.end();
    else if (this.#to.writable) this.#to.write(chunk);
  }
}
