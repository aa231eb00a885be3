import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { canStart } from '../support/services/bring-program.ts';
import type { FaultName } from './fault-names.ts';
import { runSuite } from './suite.ts';
import { SHORT_TIMES } from './times.ts';

/** Of each family one: the rest, and many more rounds, are in `npm run test:faults`. */
const FAULTS: readonly FaultName[] = ['kill_working', 'freeze', 'redis_restarted', 'link_cut'];

/** A promise of seconds is kept by a machine that has nothing else to do; here others test at the same time. */
const GRACE_MS = 60_000;

// Processes, servers and clients, all real: the journals of a round that fails are kept, and said where.
test.runIf(canStart('redis') && canStart('postgres'))(
  'sessions survive killed, frozen and cut off instances and a restarted Redis, and nobody sees a difference',
  async () => {
    const keepIn = join(tmpdir(), `matching-faults-kept-${process.pid}`);
    const reports = await runSuite({
      faults: FAULTS,
      seed: 'short form',
      instances: 3,
      sessions: 10,
      spreadMs: 4000,
      longestThinkMs: 3500,
      aroundDeadlineMs: 5,
      times: 3,
      clusterTimes: SHORT_TIMES,
      withTimeouts: false,
      graceMs: GRACE_MS,
      keepIn,
      keepAll: false,
      clock: systemClock,
      onRound: () => {},
    });
    expect(
      reports.flatMap(({ round, violations }) => violations.map((one) => ({ round, ...one }))),
      `the journals are in ${keepIn}`,
    ).toEqual([]);
    // It would all be in vain if nothing had been hit.
    expect(reports.reduce((sum, { takeovers }) => sum + takeovers, 0)).toBeGreaterThan(0);
    expect(reports.reduce((sum, { reconnects }) => sum + reconnects, 0)).toBeGreaterThan(0);
  },
  300_000,
);
