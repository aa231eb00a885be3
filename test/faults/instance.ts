import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { InstanceSettings } from './instance-settings.ts';
import { Journal } from './journal.ts';
import { observePipeline } from './observed-pipeline.ts';
import { SeededRandom } from './seeded-random.ts';

/** An instance as `main.ts` starts one, which writes down what its pipeline does. Its argument names its settings. */
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as InstanceSettings;
const config = loadConfig(settings.environment);
const journal = new Journal(settings.journal, systemClock);
const observing = {
  write: (fact: Parameters<Journal['write']>[1]): void => journal.write(settings.label, fact),
  random: new SeededRandom(settings.seed),
  longestDelayMs: settings.longestDelayMs,
  newRun: randomUUID,
};
const app = await startApp({
  config,
  log: createLogger(config.logLevel),
  observe: (pipeline) => observePipeline(pipeline, observing),
});
process.once('SIGTERM', () => {
  setTimeout(() => process.exit(1), config.times.drainMs).unref();
  void app.close({ drainMs: config.times.drainMs }).then(() => process.exit(0));
});
journal.write(settings.label, { kind: 'instance_ready', pid: process.pid });
