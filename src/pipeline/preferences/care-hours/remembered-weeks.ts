import { readOpeningHours, type OpenWeek } from './open-week.ts';

/** Many centers share a text; a city has some hundreds of different ones, at about a kilobyte each. */
const DEFAULT_CAPACITY = 5_000;

/** Weeks that were read before, by their text. Forgets the one that was not asked for longest. */
export class RememberedWeeks {
  readonly #capacity: number;
  readonly #read: (text: string) => OpenWeek | null;
  readonly #weeks = new Map<string, OpenWeek | null>();

  /** `capacity` is the most texts kept, at least 1. */
  constructor(capacity = DEFAULT_CAPACITY, read = readOpeningHours) {
    this.#capacity = capacity;
    this.#read = read;
  }

  /** As readOpeningHours. */
  weekOf(text: string): OpenWeek | null {
    const known = this.#weeks.get(text);
    const week = known === undefined ? this.#read(text) : known;
    this.#weeks.delete(text);
    this.#weeks.set(text, week);
    this.#forgetBeyondCapacity();
    return week;
  }

  #forgetBeyondCapacity(): void {
    if (this.#weeks.size <= this.#capacity) return;
    for (const oldest of this.#weeks.keys()) {
      this.#weeks.delete(oldest);
      return;
    }
  }
}
