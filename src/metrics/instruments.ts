import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a metric is called and means. `labels` are its label names; none by default. */
interface About<Label extends string> {
  /** With its unit at its end: `_seconds`, or `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** A value with its labels. */
export interface Sample<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** Makes the metrics of one registry. */
export class Instruments {
  readonly #registry: Registry;
  readonly #registers: [Registry];

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#registers = [registry];
  }

  counter<Label extends string = never>({ labels = [], ...about }: About<Label>): Counter<Label> {
    return new Counter({ ...about, labelNames: labels, registers: this.#registers });
  }

  /** `buckets` are upper bounds, in the unit of the name. */
  histogram<Label extends string = never>(
    { labels = [], ...about }: About<Label>,
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ ...about, labelNames: labels, registers: this.#registers, buckets: [...buckets] });
  }

  /** A counter that somebody else counts: `read` gives what it stands at whenever the metrics are read. */
  countedElsewhere<Label extends string = never>(
    { labels = [], ...about }: About<Label>,
    read: () => readonly Sample<Label>[],
  ): void {
    const counter = new Counter({
      ...about,
      labelNames: labels,
      registers: [],
      collect() {
        this.reset();
        for (const { labels: said, value } of read()) this.inc(said, value);
      },
    });
    this.#registry.registerMetric(counter);
  }

  /** A value that is looked at whenever the metrics are read; what `read` leaves out is not said. */
  gauge<Label extends string = never>(
    { labels = [], ...about }: About<Label>,
    read: () => Promise<readonly Sample<Label>[]> | readonly Sample<Label>[],
  ): void {
    const gauge = new Gauge({
      ...about,
      labelNames: labels,
      registers: [],
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels: said, value } of samples) this.set(said, value);
      },
    });
    this.#registry.registerMetric(gauge);
  }
}

/** One sample without labels. */
export function plain(value: number): readonly Sample<never>[] {
  return [{ labels: {}, value }];
}

/** A sample for each entry of a record, its key under one label. */
export function by<Label extends string>(
  label: Label,
  values: Readonly<Record<string, number>>,
): readonly Sample<Label>[] {
  return Object.entries(values).map(([key, value]) => ({
    labels: { [label]: key } as Readonly<Record<Label, string>>,
    value,
  }));
}
