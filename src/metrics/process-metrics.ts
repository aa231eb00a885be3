import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * Node's own metrics: `process_` and `nodejs_`. They are those of the process, so there is one registry of them however
 * often it is asked for: each would listen to the garbage collector for as long as the process lives.
 */
export function processRegistry(): Registry {
  if (registry) return registry;
  registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
