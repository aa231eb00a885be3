// Breaks a running system in every way that it is to survive, many times, while clients use it, and checks afterwards
// what everybody saw.
//
//   npm run test:faults -- [--rounds 34] [--seed any text] [--only redis_away] [--instances 3]
//     [--sessions 24] [--spread-ms 8000] [--think-ms 3500] [--times 3] [--around-ms 5] [--defaults] [--keep]
//
// A round is one fault, or `--times` of a kind, over `--sessions` sessions that start within `--spread-ms`; a person
// thinks up to `--think-ms`. An answer at the deadline is sent up to `--around-ms` before it or after it. With
// `--defaults`, heartbeat, lease and look are those of the service. Ends with 1 when anything was found that must not
// be, a place of a person in a log line included; the journals of such a round, with `--keep` of all, are kept, and their
// folder is printed. The same seed plans the same rounds; what meets what depends on the machine as well.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { FAULT_NAMES, type FaultName, isFaultName } from '../test/faults/fault-names.ts';
import { countTable, faultTable, roundLine, spreadTable, violationTable } from '../test/faults/report-table.ts';
import { SeededRandom } from '../test/faults/seeded-random.ts';
import { runSuite } from '../test/faults/suite.ts';
import { takeLeaks } from '../test/support/private-places.ts';
import { DEFAULT_TIMES, SHORT_TIMES } from '../test/faults/times.ts';

/** What sessions.md promises. */
const GRACE_MS = 15_000;
/** How long a question waits where it is answered only then. */
const SHORT_QUESTION_MS = 4000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string', default: 'faults' },
    only: { type: 'string' },
    instances: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '24' },
    'spread-ms': { type: 'string', default: '8000' },
    'think-ms': { type: 'string', default: '3500' },
    times: { type: 'string', default: '3' },
    'around-ms': { type: 'string', default: '5' },
    defaults: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const { seed, only } = values;
if (only !== undefined && !isFaultName(only)) throw new RangeError(`--only is one of ${FAULT_NAMES.join(', ')}`);
const names: readonly FaultName[] = only === undefined ? FAULT_NAMES : [only];
const faults = faultsOf(names, wholeNumber('rounds', values.rounds ?? String(names.length)));
const keepIn = join(tmpdir(), `matching-faults-kept-${process.pid}`);
const clusterTimes = values.defaults ? DEFAULT_TIMES : SHORT_TIMES;
const reports = await runSuite({
  faults,
  seed,
  instances: wholeNumber('instances', values.instances),
  sessions: wholeNumber('sessions', values.sessions),
  spreadMs: wholeNumber('spread-ms', values['spread-ms']),
  longestThinkMs: wholeNumber('think-ms', values['think-ms']),
  times: wholeNumber('times', values.times),
  aroundDeadlineMs: wholeNumber('around-ms', values['around-ms']),
  clusterTimes:
    only === 'answer_at_deadline' ? { ...clusterTimes, interactionTimeoutMs: SHORT_QUESTION_MS } : clusterTimes,
  withTimeouts: true,
  graceMs: GRACE_MS,
  keepIn,
  keepAll: values.keep,
  clock: systemClock,
  onRound(report) {
    console.log(roundLine(report));
    for (const { kind, session, detail } of report.violations) console.log(`  ${kind} ${session ?? ''} ${detail}`);
  },
});

console.table(faultTable(reports));
console.table(spreadTable(reports));
console.table(countTable(reports));
const leaks = takeLeaks();
for (const leak of leaks) console.log(`a log says a place: ${leak}`);
const found = reports.some(({ violations }) => violations.length > 0);
if (found) {
  console.table(violationTable(reports));
}
if (found || values.keep) console.log(`The journals are in ${keepIn}`);
process.exitCode = found || leaks.length > 0 ? 1 : 0;

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
