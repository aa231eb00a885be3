import type { RequestListener } from 'node:http';

/** Counts the requests whose responses are not over. */
export class UnderWay {
  #count = 0;
  #idle = Promise.withResolvers<void>();

  /** How many there are now. */
  get count(): number {
    return this.#count;
  }

  /** The same listener, its requests counted. */
  counting(listener: RequestListener): RequestListener {
    return (req, res) => {
      this.#count += 1;
      res.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#idle.resolve();
      });
      listener(req, res);
    };
  }

  /** Resolves when there are none. */
  async none(): Promise<void> {
    while (this.#count > 0) {
      this.#idle = Promise.withResolvers<void>();
      await this.#idle.promise;
    }
  }
}
