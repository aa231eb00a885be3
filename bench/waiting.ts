// What sessions cost that have asked their question and wait, each with an open stream: memory, CPU and commands of
// Redis; how fast an event comes through all of them; and whether all of it is given back.
//
//   npm run bench:waiting -- [--sessions 10000] [--seconds 60] [--face graphql|rest] [--keepalive 30000]
//                            [--answers 200] [--profile FOLDER]
//
// One instance in a process of its own, on a private Redis and Postgres; the clients in two others. The floor in the
// same run: a bare Node server with as many streams and the same keepalives. `--profile` keeps a CPU profile of the
// instance. Linux only. Asserts nothing.
import { measureFloor } from './waiting/floor.ts';
import { assertMachine, readOptions } from './waiting/options.ts';
import { report } from './waiting/report.ts';
import { measureService } from './waiting/service.ts';

const options = readOptions(process.argv.slice(2));
assertMachine(options);
const service = await measureService(options);
report(service, await measureFloor(options));
