// Breaks a running system in every way that it is to survive, many times, while clients use it, and checks afterwards
// what everybody saw.
//
//   npm run test:faults -- [--rounds 34] [--seed any text] [--only redis_away] [--instances 3]
//
// A round is one fault, or three of a kind, over two dozen sessions. Ends with 1 when anything was found that must not be; the journals of
// such a round are kept, and their folder is printed. The same seed plans the same rounds; what meets what depends on
// the machine as well.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { FAULT_NAMES, type FaultName, isFaultName } from '../test/faults/fault-names.ts';
import { faultTable, roundLine, violationTable } from '../test/faults/report-table.ts';
import { SeededRandom } from '../test/faults/seeded-random.ts';
import { runSuite } from '../test/faults/suite.ts';

/** What sessions.md promises. */
const GRACE_MS = 15_000;
const SESSIONS = 24;
const SPREAD_MS = 8000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string', default: 'faults' },
    only: { type: 'string' },
    instances: { type: 'string', default: '3' },
  },
});

const { seed, only } = values;
if (only !== undefined && !isFaultName(only)) throw new RangeError(`--only is one of ${FAULT_NAMES.join(', ')}`);
const names: readonly FaultName[] = only === undefined ? FAULT_NAMES : [only];
const faults = faultsOf(names, wholeNumber('rounds', values.rounds ?? String(names.length)));
const keepIn = join(tmpdir(), `matching-faults-kept-${process.pid}`);
const reports = await runSuite({
  faults,
  seed,
  instances: wholeNumber('instances', values.instances),
  sessions: SESSIONS,
  spreadMs: SPREAD_MS,
  withTimeouts: true,
  graceMs: GRACE_MS,
  keepIn,
  clock: systemClock,
  onRound(report) {
    console.log(roundLine(report));
    for (const { kind, session, detail } of report.violations) console.log(`  ${kind} ${session ?? ''} ${detail}`);
  },
});

console.table(faultTable(reports));
const found = reports.some(({ violations }) => violations.length > 0);
if (found) {
  console.table(violationTable(reports));
  console.log(`The journals of the rounds with violations are in ${keepIn}`);
}
process.exitCode = found ? 1 : 0;

/** As many as there are to be rounds: all of them in a random order, again and again. */
function faultsOf(all: readonly FaultName[], rounds: number): FaultName[] {
  const random = new SeededRandom(`${seed}/order`);
  const times = Math.ceil(rounds / all.length);
  return Array.from({ length: times }, () => random.shuffle(all))
    .flat()
    .slice(0, rounds);
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(text)) throw new RangeError(`--${name} is a whole number, 1 or more`);
  return Number(text);
}
