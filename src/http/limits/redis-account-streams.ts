import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';
import { readScript, type RedisScript, runScript, type ScriptSender } from '../../redis/script.ts';
import type { AccountStreams } from './account-streams.ts';

/** How long what an instance said of its streams counts: those of one that died do for no longer. */
const LEASE_MS = 30_000;

/** How often it says anew what it has open; what was lost on the way is right again then. */
const SAY_EVERY_MS = 10_000;

/** How long Redis is not asked after it did not answer: no stream waits for one that was just found away. */
const AWAY_MS = 1000;

/** Accounts in one call: a script takes some thousand arguments. */
const ACCOUNTS_A_CALL = 1000;

export interface RedisAccountStreamsOptions {
  readonly redis: ScriptSender;
  /** Before every key; without braces. */
  readonly keyPrefix: string;
  /** This instance's own name. */
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The streams of all instances on a Redis, or on a cluster: each keeps one hash of what it has open, under a lease, by
 * hashes of its accounts. Reads the scripts' files: one of them is missing when this throws.
 */
export class RedisAccountStreams implements AccountStreams, AsyncDisposable {
  readonly #options: RedisAccountStreamsOptions;
  readonly #outage: Outage;
  readonly #enter = readScript('enter-stream', [new URL('enter-stream.lua', import.meta.url)]);
  readonly #say = readScript('say-streams', [new URL('say-streams.lua', import.meta.url)]);
  readonly #open = new Map<string, number>();
  #timer: Timer | undefined;
  #awayUntil = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: RedisAccountStreamsOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log, 'counting streams in Redis');
  }

  async enter(account: string, most: number): Promise<boolean> {
    const name = nameOf(account);
    const { instance } = this.#options;
    // Before the reply is there: what is said of the account meanwhile has to count it.
    this.#add(name, 1);
    const isRoom = await this.#ask(async () =>
      this.#run(this.#enter, [instance, this.#key('of:'), name, most, LEASE_MS]),
    );
    if (isRoom === 0) this.#takeOff(name);
    else this.#sayLater();
    return isRoom !== 0;
  }

  leave(account: string): void {
    this.#takeOff(nameOf(account));
  }

  /** Says that nothing is open here any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#open.clear();
    await this.#ask(() => this.#sayAll());
  }

  /** Says at once how many are left: an account that is at its most hears of the room. */
  #takeOff(name: string): void {
    const left = this.#add(name, -1);
    void this.#ask(async () => this.#run(this.#say, [this.#options.instance, LEASE_MS, 0, name, left]));
  }

  #add(name: string, change: 1 | -1): number {
    const count = Math.max(0, (this.#open.get(name) ?? 0) + change);
    if (count === 0) this.#open.delete(name);
    else this.#open.set(name, count);
    return count;
  }

  #sayLater(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#options.clock.after(SAY_EVERY_MS, () => {
      this.#timer = undefined;
      if (this.#open.size > 0) this.#sayLater();
      void this.#ask(() => this.#sayAll());
    });
  }

  async #sayAll(): Promise<void> {
    const all = [...this.#open];
    for (let from = 0; from === 0 || from < all.length; from += ACCOUNTS_A_CALL) {
      const part = all.slice(from, from + ACCOUNTS_A_CALL).flat();
      await this.#run(this.#say, [this.#options.instance, LEASE_MS, from === 0 ? 1 : 0, ...part]);
    }
  }

  async #run(script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
    const keys = [this.#key('instances'), this.#key(`of:${this.#options.instance}`)];
    return runScript(this.#options.redis, script, { keys, args });
  }

  /** Undefined where Redis does not answer. */
  async #ask(work: () => Promise<unknown>): Promise<unknown> {
    const { clock } = this.#options;
    if (clock.monotonic() < this.#awayUntil) return undefined;
    try {
      const reply = await work();
      this.#outage.worked();
      return reply;
    } catch (failed) {
      this.#awayUntil = clock.monotonic() + AWAY_MS;
      this.#outage.failed(failed);
      return undefined;
    }
  }

  /** All in one slot of a cluster, so that one script may see what every instance has open. */
  #key(name: string): string {
    return `${this.#options.keyPrefix}{streams}:${name}`;
  }
}

/** An account stands in no key. */
function nameOf(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}
