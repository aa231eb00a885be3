import { join } from 'node:path';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import type { WaitingOptions } from './options.ts';

/** The longest time that a timer takes: nothing ends by itself. */
const LONGEST_MS = String(2 ** 31 - 1);
/** Twice the look without a doorbell, which is the shortest that is allowed. */
export const RETENTION_MS = 10_000;
const ALL_MANNER_OF = '1000000000';

/** Starts the service as one starts it, on these servers, with nothing in the way of many sessions of one account. */
export async function startInstance(
  { keepaliveMs, profile }: WaitingOptions,
  servers: { readonly redis: string; readonly postgres: string },
): Promise<MeasuredProcess> {
  return startMeasured({
    module: join(import.meta.dirname, '../../src/main.ts'),
    nodeFlags: profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
    environment: {
      PORT: '0',
      LOG_LEVEL: 'warn',
      REDIS_URL: servers.redis,
      DATABASE_URL: servers.postgres,
      DEMO_DATA: 'true',
      GEOCODER: 'gazetteer',
      KEEPALIVE_MS: String(keepaliveMs),
      INTERACTION_TIMEOUT_MS: LONGEST_MS,
      SESSION_MAX_MS: LONGEST_MS,
      SESSION_RETENTION_MS: String(RETENTION_MS),
      RATE_STARTS_PER_MINUTE: ALL_MANNER_OF,
      RATE_RESPONSES_PER_MINUTE: ALL_MANNER_OF,
      RATE_READS_PER_MINUTE: ALL_MANNER_OF,
      MAX_STREAMS_PER_ACCOUNT: ALL_MANNER_OF,
      MAX_STREAMS: ALL_MANNER_OF,
    },
  });
}
