import { mkdir, readdir, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { checkRound, type RoundReport } from './checker.ts';
import { Cluster } from './cluster.ts';
import type { FaultName } from './fault-names.ts';
import { entriesOf } from './evidence.ts';
import type { EntryOf, JournalEntry } from './journal-entry.ts';
import { longestExpiryMs, runRound } from './round.ts';
import { SCENARIOS } from './scenarios.ts';
import { SeededRandom } from './seeded-random.ts';
import { plainSession, planSessions } from './session-plan.ts';
import type { ClusterTimes } from './times.ts';

export interface SuiteOptions {
  /** One fault a round. */
  readonly faults: readonly FaultName[];
  readonly seed: string;
  readonly instances: number;
  /** Sessions a round. */
  readonly sessions: number;
  /** Within which they start. */
  readonly spreadMs: number;
  /** Up to how long a person thinks about a question. */
  readonly longestThinkMs: number;
  /** See RoundShape; only where answers are to meet their deadlines. */
  readonly aroundDeadlineMs: number;
  /** How often a fault comes in its round, where it may come more than once. */
  readonly times: number;
  /** What the instances run with. */
  readonly clusterTimes: ClusterTimes;
  /** Whether now and then a session is left without an answer, which takes as long as a question waits. */
  readonly withTimeouts: boolean;
  /** See CheckOptions. */
  readonly graceMs: number;
  /** Where the journals of rounds with violations are kept. Made where it is not there. */
  readonly keepIn: string;
  /** Whether those of all rounds are. */
  readonly keepAll: boolean;
  readonly clock: Clock;
  /** Hears of each round when it is over. */
  readonly onRound: (report: RoundReport) => void;
}

/** Faults that last so long that a session which nobody answers does not make its round longer. */
const LONG_FAULTS: ReadonlySet<FaultName> = new Set(['none', 'redis_away', 'redis_black_hole', 'freeze']);

/**
 * Runs every round on one cluster, one after the other, and checks each. Ends everything that it has started. Rejects
 * where the cluster does not come back after a fault; what its instances said is then kept as well.
 */
export async function runSuite(options: SuiteOptions): Promise<RoundReport[]> {
  const { seed, instances, clusterTimes, clock } = options;
  await using cluster = await Cluster.start({ instances, seed, times: clusterTimes, clock });
  try {
    return await runRounds(cluster, options);
  } catch (error) {
    await keepLogs(cluster, options.keepIn);
    throw new Error(`The cluster is broken; what its instances said is in ${options.keepIn}`, { cause: error });
  }
}

async function runRounds(cluster: Cluster, options: SuiteOptions): Promise<RoundReport[]> {
  const first = await runReference(cluster, options);
  const reports = [await judge(cluster, options, first)];
  const references = entriesOf(first, 'reference');
  for (const [index, fault] of options.faults.entries()) {
    const entries = await runFault(cluster, options, { index, fault });
    reports.push(await judge(cluster, options, [...references, ...entries]));
  }
  return reports;
}

/** Every search once, with nothing happening: what the others are compared with. */
async function runReference(cluster: Cluster, { seed, graceMs, clock }: SuiteOptions): Promise<JournalEntry[]> {
  const plans = SCENARIOS.map((scenario, index) => plainSession(`reference-${index}`, scenario));
  const round = {
    round: 'reference',
    fault: 'none',
    seed: `${seed}/reference`,
    plans,
    times: 1,
    graceMs,
    clock,
  } as const;
  const entries = await runRound(cluster, round);
  return [...entries, ...entriesOf(entries, 'final_log').flatMap((log) => referenceOf(log, entries))];
}

function referenceOf(
  { at, by, session, events }: EntryOf<'final_log'>,
  entries: readonly JournalEntry[],
): EntryOf<'reference'>[] {
  const plan = entriesOf(entries, 'planned').find((one) => one.session === session);
  if (!plan || !events) return [];
  const { parent, answers } = plan;
  return [{ kind: 'reference', at, by, parent, answers, shapes: events.map(({ shape }) => shape) }];
}

async function runFault(
  cluster: Cluster,
  options: SuiteOptions,
  { index, fault }: { readonly index: number; readonly fault: FaultName },
): Promise<JournalEntry[]> {
  const { seed, times, graceMs, clock } = options;
  const round = `r${String(index).padStart(4, '0')}`;
  const own = `${seed}/${index}`;
  const shape = {
    round,
    sessions: options.sessions,
    spreadMs: options.spreadMs,
    longestThinkMs: options.longestThinkMs,
    aroundDeadlineMs: fault === 'answer_at_deadline' ? options.aroundDeadlineMs : null,
    interactionTimeoutMs: options.clusterTimes.interactionTimeoutMs,
    withTimeout: options.withTimeouts && LONG_FAULTS.has(fault),
  };
  const plans = planSessions(shape, new SeededRandom(`${own}/plans`));
  return runRound(cluster, { round, fault, seed: own, plans, times, graceMs, clock });
}

async function judge(cluster: Cluster, options: SuiteOptions, entries: readonly JournalEntry[]): Promise<RoundReport> {
  const report = checkRound(entries, {
    graceMs: options.graceMs,
    longestExpiryMs: longestExpiryMs(options.clusterTimes),
  });
  if (options.keepAll || report.violations.length > 0) await keep(cluster, options.keepIn, { report, entries });
  options.onRound(report);
  return report;
}

/** What there is to look at of a round that went wrong. */
async function keep(
  cluster: Cluster,
  keepIn: string,
  { report, entries }: { readonly report: RoundReport; readonly entries: readonly JournalEntry[] },
): Promise<void> {
  const folder = join(keepIn, report.round);
  await mkdir(folder, { recursive: true });
  const lines = entries.toSorted((one, other) => one.at - other.at).map((entry) => JSON.stringify(entry));
  await writeFile(join(folder, 'entries.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'violations.json'), `${JSON.stringify(report, null, 2)}\n`);
  await keepLogs(cluster, folder);
}

async function keepLogs(cluster: Cluster, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const logs = (await readdir(cluster.folder)).filter((name) => name.endsWith('.log'));
  await Promise.all(logs.map(async (name) => copyFile(join(cluster.folder, name), join(folder, name))));
}
