import type { Arrival } from './crowd-messages.ts';
import type { FloorFigures } from './floor.ts';
import type { Hold } from './hold.ts';
import type { Look } from './look.ts';
import type { ServiceFigures } from './service.ts';

const KIB = 1024;
const MIB = KIB * KIB;

/** Prints what was measured, with its ratios to the floor. */
export function report(service: ServiceFigures, floor: FloorFigures): void {
  console.log('\nMemory: what the process holds, and each session of it above the first line');
  console.table([...rowsOf(service.looks), ...rowsOf(floor.looks)]);
  console.log('While all wait');
  console.table({
    service: holdRow(service.held),
    floor: holdRow(floor.held),
    Redis: { 'CPU s a second': round(service.redis.cpu, 4) },
  });
  console.table(ratios(service, floor));
  console.log('Redis, calls a second while all wait (those that scripts make as well)');
  console.table(Object.fromEntries(service.redis.calls.map(([name, rate]) => [name, { calls: round(rate) }])));
  const { quieting, redis } = service;
  console.log(
    `Scripts: ${quieting.scripts} from the last answer on until all was at rest, ${quieting.mostScripts} of them in a` +
      ` second; ${redis.scripts} while all waited, ${redis.mostScripts} in a second.\n`,
  );
  reportArrivals(service.arrivals);
  const seconds = round(service.givingBackMs / 1000, 1);
  console.log(`Warnings of the service: ${service.warnings}.`);
  console.log(`Giving back took ${seconds} s. Keys of Redis afterwards: ${service.keysLeft.join(', ') || 'none'}.`);
}

function rowsOf(looks: readonly Look[]): object[] {
  const [first] = looks;
  return looks.map((one) => ({
    when: one.when,
    'RSS MiB': round(one.rss / MIB, 1),
    'after GC': round(one.rssLeft / MIB, 1),
    'in use MiB': round(one.inUse / MIB, 1),
    ...(first && one.count > 0 ? each(one, first) : {}),
    sockets: one.sockets,
    ...(one.redis ? { 'Redis MiB': round(one.redis.bytes / MIB, 1), 'Redis keys': one.redis.keys } : {}),
  }));
}

function each(one: Look, first: Look): object {
  const kib = (bytes: number): number => round(bytes / one.count / KIB, 1);
  return {
    'RSS KiB each': kib(one.rss - first.rss),
    'RSS after GC KiB each': kib(one.rssLeft - first.rssLeft),
    'in use KiB each': kib(one.inUse - first.inUse),
    ...(one.redis && first.redis ? { 'Redis KiB each': kib(one.redis.bytes - first.redis.bytes) } : {}),
  };
}

function holdRow({ streams, cpu, machineCpu, keepalivesPerSecond, events, cut, rss }: Hold): object {
  return {
    streams,
    'CPU s a second': round(cpu, 4),
    'of the machine': round(machineCpu, 2),
    'keepalives a second': round(keepalivesPerSecond, 1),
    ...(keepalivesPerSecond > 0 ? { 'CPU µs a keepalive': round((cpu * 1e6) / keepalivesPerSecond) } : {}),
    'stray events': events,
    'streams cut': cut,
    'least RSS MiB': round(rss[0] / MIB, 1),
    'most RSS MiB': round(rss[1] / MIB, 1),
  };
}

/** Of the floor; memory in use after garbage collection, as a resident set says more of the collector. */
function ratios(service: ServiceFigures, floor: FloorFigures): object {
  const [atRest, waiting, streaming] = service.looks.map(({ inUse }) => inUse);
  const [bareAtRest, bareStreaming] = floor.looks.map(({ inUse }) => inUse);
  const bare = (bareStreaming ?? 0) - (bareAtRest ?? 0);
  const ratio = (value: number): object => ({
    'ratio to the floor': Number.isFinite(value) ? round(value, 1) : 'too short a run',
  });
  return {
    'memory of a session with its stream': ratio(((streaming ?? 0) - (atRest ?? 0)) / bare),
    'memory of its stream': ratio(((streaming ?? 0) - (waiting ?? 0)) / bare),
    'CPU of a stream that waits': ratio(cpuOfStream(service.held) / cpuOfStream(floor.held)),
  };
}

function cpuOfStream({ cpu, streams }: Hold): number {
  return cpu / streams;
}

function reportArrivals(arrivals: readonly Arrival[]): void {
  console.log(
    'From the append to the bytes at the client, in ms: from the timestamp that Redis gave the event, in whole ms,' +
      '\nso up to 1 ms too long; and from the first byte of the answer. One question is answered at a time.',
  );
  const kinds = ['answered', 'progress', 'results'] as const;
  console.table(
    Object.fromEntries(kinds.map((kind) => [kind, arrivalRow(arrivals.filter(({ what }) => what === kind))])),
  );
}

function arrivalRow(arrivals: readonly Arrival[]): object {
  const lags = arrivals.map(({ sinceAppendMs }) => sinceAppendMs);
  const waits = arrivals.map(({ sinceAnswerMs }) => sinceAnswerMs);
  return {
    events: arrivals.length,
    'append p50': round(quantile(lags, 0.5)),
    'append p99': round(quantile(lags, 0.99)),
    'append most': round(quantile(lags, 1)),
    'answer p50': round(quantile(waits, 0.5)),
    'answer p99': round(quantile(waits, 0.99)),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
