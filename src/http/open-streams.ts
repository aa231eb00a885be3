import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { comeBackAfterMs } from '../come-back.ts';
import { SessionFailure } from '../errors.ts';
import { type AccountStreams, ALONE } from './limits/account-streams.ts';
import { SlowReaders } from './slow-readers.ts';

/** What a caller whose account has too many streams open should wait, unless it closes one before. */
const ACCOUNT_FULL_RETRY_MS = 5000;

export interface StreamLimits {
  /** Open streams of one account. */
  readonly streamsPerAccount: number;
  /** Open streams of this instance. */
  readonly streams: number;
  /** How long the reader of a stream may take nothing of what is there for it, in milliseconds; any other ten times that. */
  readonly writeStallMs: number;
}

interface OpenStreamsOptions extends StreamLimits {
  readonly clock: Clock;
  /** What accounts have open at all instances. Default: this one is the only one. */
  readonly everywhere?: AccountStreams;
  /** From 0 to below 1: spreads the callers that were refused over the time that they come back in. */
  readonly random?: () => number;
}

/** Who asks for a stream, and what it would be written to. */
export interface StreamRequest {
  readonly account: string;
  readonly res: ServerResponse;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
}

/** For operators. All but `open` only grow. */
export interface StreamCounts {
  readonly open: number;
  readonly openedTotal: number;
  /** Refused as their account had as many open as it may. */
  readonly refusedByAccount: number;
  /** Refused as the instance was full, or draining. */
  readonly refusedByInstance: number;
  /** Connections that were cut as their reader took nothing for too long, be it of a stream or of any other answer. */
  readonly slowReadersCut: number;
  /** Connections that were cut as they asked for too many answers before they had read them. */
  readonly crowdedConnectionsCut: number;
}

/**
 * The open streams of an instance, of every face: how many there may be, here and of one account everywhere, and how long
 * readers may stall, of streams and of everything else.
 */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #random: () => number;
  readonly #everywhere: AccountStreams;
  readonly #open = new Set<ServerResponse>();
  readonly #byAccount = new Map<string, number>();
  readonly #slowReaders: SlowReaders;
  #draining = false;
  #openedTotal = 0;
  #refusedByAccount = 0;
  #refusedByInstance = 0;
  #crowdedConnectionsCut = 0;

  constructor({ random = Math.random, everywhere = ALONE, ...options }: OpenStreamsOptions) {
    this.#options = options;
    this.#everywhere = everywhere;
    this.#random = random;
    this.#slowReaders = new SlowReaders({ clock: options.clock, stallMs: options.writeStallMs });
  }

  get counts(): StreamCounts {
    return {
      open: this.#open.size,
      openedTotal: this.#openedTotal,
      refusedByAccount: this.#refusedByAccount,
      refusedByInstance: this.#refusedByInstance,
      slowReadersCut: this.#slowReaders.cut,
      crowdedConnectionsCut: this.#crowdedConnectionsCut,
    };
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /**
   * Lets a stream begin: once for each, before anything is acquired for it. It is open until its response is over, and
   * its connection is given less time to stall for so long. Rejects with
   * SessionFailure: rate_limited beyond the account's streams, unavailable beyond the instance's and while draining,
   * both with retryAfterMs.
   */
  async admit({ account, res, signal }: StreamRequest): Promise<void> {
    // Nobody is there any more, and the end of the response was already said.
    if (signal.aborted) return;
    this.#assertRoom(account);
    this.#open.add(res);
    this.#byAccount.set(account, this.#openOf(account) + 1);
    // The request's: a response that waits behind another one has no socket yet.
    const { socket } = res.req;
    this.#slowReaders.hurry(socket);
    const over = new Promise<void>((resolve) => {
      res.once('close', () => {
        this.#slowReaders.ease(socket);
        this.#release(account, res);
        resolve();
      });
    });
    if (!(await this.#everywhere.enter(account, this.#options.streamsPerAccount))) throw this.#tooManyOf();
    this.#openedTotal += 1;
    void over.then(() => this.#everywhere.leave(account));
  }

  /** Watches how the reader of a connection reads, whatever it asks for, until the connection is over. */
  watchReader(socket: Socket): void {
    this.#slowReaders.watch(socket);
  }

  /** Counts a connection that was cut as it asked for too many answers at once. */
  countCrowded(): void {
    this.#crowdedConnectionsCut += 1;
  }

  /** Admits no stream from now on. Those that are open stay so. */
  drain(): void {
    this.#draining = true;
  }

  #assertRoom(account: string): void {
    const { streams, streamsPerAccount } = this.#options;
    if (this.#draining || this.#open.size >= streams) {
      this.#refusedByInstance += 1;
      throw new SessionFailure('unavailable', { retryAfterMs: comeBackAfterMs(this.#random) });
    }
    if (this.#openOf(account) >= streamsPerAccount) throw this.#tooManyOf();
  }

  #tooManyOf(): SessionFailure {
    this.#refusedByAccount += 1;
    return new SessionFailure('rate_limited', { retryAfterMs: ACCOUNT_FULL_RETRY_MS });
  }

  #openOf(account: string): number {
    return this.#byAccount.get(account) ?? 0;
  }

  #release(account: string, res: ServerResponse): void {
    this.#open.delete(res);
    const left = this.#openOf(account) - 1;
    if (left === 0) this.#byAccount.delete(account);
    else this.#byAccount.set(account, left);
  }
}
