/** The end of an iterator. */
const DONE = { value: undefined, done: true } as const;

/**
 * Events whose source is only acquired when the first is asked for, or with `open()`. For one reader, who may leave at
 * any moment and leaves nothing behind: `return()` settles a pending `next()` or `open()` at once, and a source that is
 * still being acquired is given back as soon as it is there.
 */
export class LazyEvents<Event> implements AsyncGenerator<Event, undefined, undefined> {
  readonly #acquire: () => Promise<AsyncIterator<Event>>;
  readonly #waiting = new Set<(result: IteratorResult<Event, undefined>) => void>();
  readonly #end = Promise.withResolvers<void>();
  #source: Promise<AsyncIterator<Event>> | undefined;
  #farewell: { readonly event: Event } | undefined;
  #over = false;

  constructor(acquire: () => Promise<AsyncIterator<Event>>) {
    this.#acquire = acquire;
  }

  /** Resolves when nothing more is read from the source, for whatever reason. */
  get over(): Promise<void> {
    return this.#end.promise;
  }

  /** Acquires the source, unless that was done. Rejects as `acquire` does; resolves early when the reader leaves. */
  async open(): Promise<void> {
    if (!this.#over) await Promise.race([this.#acquired(), this.#end.promise]);
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#over) return this.#lastWord();
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Event, undefined>>();
    this.#waiting.add(resolve);
    this.#read().then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(resolve);
    }
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#farewell = undefined;
    this.#leave();
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<Event, undefined>> {
    this.#leave();
    throw error;
  }

  /** Gives the source back, and ends after one more event. Does nothing when the events are over. */
  end(last: Event): void {
    if (this.#over) return;
    const [reader] = this.#waiting;
    if (reader === undefined) this.#farewell = { event: last };
    else reader({ value: last, done: false });
    this.#leave();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #acquired(): Promise<AsyncIterator<Event>> {
    this.#source ??= this.#acquire();
    return this.#source;
  }

  async #read(): Promise<IteratorResult<Event, undefined>> {
    try {
      const source = await this.#acquired();
      const result = this.#over ? DONE : await source.next();
      if (result.done !== true) return result;
    } catch (error) {
      this.#finish();
      throw error;
    }
    this.#finish();
    return DONE;
  }

  #finish(): void {
    this.#over = true;
    this.#end.resolve();
  }

  #lastWord(): IteratorResult<Event, undefined> {
    const farewell = this.#farewell;
    this.#farewell = undefined;
    return farewell === undefined ? DONE : { value: farewell.event, done: false };
  }

  #leave(): void {
    if (this.#over) return;
    this.#finish();
    for (const resolve of this.#waiting) resolve(DONE);
    // Nobody is left to hear that acquiring the source failed, or giving it back.
    this.#source?.then((source) => source.return?.()).catch(() => undefined);
  }
}
