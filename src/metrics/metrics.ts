import { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { OnMapCall } from '../geo/map-call.ts';
import { addHttpMetrics, type HttpMetrics } from './http-metrics.ts';
import { Instruments } from './instruments.ts';
import { addMapMetrics, type Budgets } from './map-metrics.ts';
import { processRegistry } from './process-metrics.ts';
import { addSessionMetrics, type SessionMetrics } from './session-metrics.ts';
import { addStateMetrics, type InstanceState } from './state-metrics.ts';

export interface MetricsOptions {
  readonly clock: Clock;
  /** Asked whenever the metrics are read, and not before: what it tells of may be made later. */
  readonly state: () => InstanceState;
  /** Likewise, every 5 seconds at most. */
  readonly budgets: () => Budgets;
}

/** What an instance tells Prometheus, and what it is to be told. Observers never throw and keep nothing of a person. */
export interface Metrics extends SessionMetrics, HttpMetrics {
  /** Of `text`. */
  readonly contentType: string;
  /** All metrics as Prometheus' text format has them. */
  text(): Promise<string>;
  readonly onMapCall: OnMapCall;
}

/** The metrics of one instance: docs/metrics.md lists them. */
export function createMetrics({ clock, state, budgets }: MetricsOptions): Metrics {
  const registry = new Registry();
  const instruments = new Instruments(registry);
  addStateMetrics(instruments, state);
  return {
    ...addSessionMetrics(instruments),
    onMapCall: addMapMetrics(instruments, clock, budgets),
    ...addHttpMetrics(instruments),
    contentType: registry.contentType,
    async text() {
      const texts = await Promise.all([registry.metrics(), processRegistry().metrics()]);
      // The library writes the one value that is no number in a way of its own.
      return texts.join('').replaceAll(/ Nan$/gmu, ' NaN');
    },
  };
}
