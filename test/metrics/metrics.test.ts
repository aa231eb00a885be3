import { expect, test } from 'vitest';
import type { CallLimit } from '../../src/geo/call-budget.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import type { InstanceState } from '../../src/metrics/state-metrics.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { documentedMetrics } from './documented.ts';
import { type Family, parseExposition } from './exposition.ts';

const STATE: InstanceState = {
  held: { running: 1, waiting: 2, paused: 3 },
  counts: {
    started: 4,
    takenOver: 5,
    finished: { results: 6, error: 7, timeout: 8, overrun: 23, cancelled: 24, gone: 25 },
    fenced: 9,
    rewound: 10,
    paused: 11,
  },
  streams: {
    open: 12,
    openedTotal: 13,
    refusedByAccount: 14,
    refusedByInstance: 15,
    slowReadersCut: 16,
    crowdedConnectionsCut: 26,
  },
  redis: {
    rings: 17,
    ringsCaughtByLook: 18,
    doorbellReopened: 19,
    oddMessages: 20,
    fencedWrites: 21,
    rewoundLogs: 22,
  },
};

const LIMIT: CallLimit = { name: 'mapbox-geocoding', calls: 10, windowMs: 1000, spacingMs: 0, perMonth: 100 };
const ENDLESS: CallLimit = { ...LIMIT, name: 'mapbox-matrix', perMonth: null };

/** Metrics of an instance that stands as given, with a budget that may be away. */
function setUp(changes: Partial<InstanceState> = {}) {
  const clock = new ManualClock();
  const budget = { asked: 0, isAway: false };
  const left = async ({ perMonth }: CallLimit) => {
    budget.asked += 1;
    if (budget.isAway) throw new Error('away');
    return { inWindow: 3, inMonth: perMonth === null ? null : 42 };
  };
  const metrics = createMetrics({
    clock,
    state: () => ({ ...STATE, ...changes }),
    budgets: () => ({ budget: { left }, limits: [LIMIT, ENDLESS] }),
  });
  return { metrics, clock, budget };
}

async function read(metrics: Metrics): Promise<ReadonlyMap<string, Family>> {
  return parseExposition(await metrics.text());
}

/** The samples of one metric as `label=value,… number`. */
async function said(metrics: Metrics, name: string): Promise<string[]> {
  const { samples = [] } = (await read(metrics)).get(name) ?? {};
  return samples.map(({ labels, value }) => {
    const words = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
    return [...words, value].join(' ');
  });
}

const OF_THE_PROCESS = /^(process|nodejs)_/u;

test('every metric is documented with its type, and every documented one is there', async () => {
  const families = [...(await read(setUp().metrics)).values()].filter(({ name }) => !OF_THE_PROCESS.test(name));
  const types = new Map(families.map(({ name, type }) => [name, type]));
  const documented = new Map([...documentedMetrics()].map(([name, { type }]) => [name, type]));
  expect(documented.size).toBeGreaterThan(20);
  expect(Object.fromEntries(types)).toEqual(Object.fromEntries(documented));
});

test('names follow the conventions: a prefix, a unit, and _total for counters alone', async () => {
  const families = [...(await read(setUp().metrics)).values()].filter(({ name }) => !OF_THE_PROCESS.test(name));
  for (const { name, type } of families) {
    expect(name).toMatch(/^matching_[a-z_]+$/u);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect([name, name.endsWith('_seconds')]).toEqual([name, type === 'histogram']);
  }
});

test('what an instance counts by itself is said as it stands, twice the same', async () => {
  const { metrics } = setUp();
  for (const _ of ['first', 'second']) {
    expect(await said(metrics, 'matching_sessions')).toEqual(['state=running 1', 'state=waiting 2', 'state=paused 3']);
    expect(await said(metrics, 'matching_sessions_started_total')).toEqual(['4']);
    expect(await said(metrics, 'matching_sessions_taken_over_total')).toEqual(['5']);
    expect(await said(metrics, 'matching_sessions_finished_total')).toEqual([
      'outcome=results 6',
      'outcome=error 7',
      'outcome=timeout 8',
      'outcome=overrun 23',
      'outcome=cancelled 24',
      'outcome=gone 25',
    ]);
    expect(await said(metrics, 'matching_leases_fenced_total')).toEqual(['9']);
    expect(await said(metrics, 'matching_sessions_rewound_total')).toEqual(['10']);
    expect(await said(metrics, 'matching_sessions_paused_total')).toEqual(['11']);
    expect(await said(metrics, 'matching_streams_open')).toEqual(['12']);
    expect(await said(metrics, 'matching_streams_opened_total')).toEqual(['13']);
    expect(await said(metrics, 'matching_streams_refused_total')).toEqual(['by=account 14', 'by=instance 15']);
    expect(await said(metrics, 'matching_slow_readers_cut_total')).toEqual(['16']);
    expect(await said(metrics, 'matching_crowded_connections_cut_total')).toEqual(['26']);
    expect(await said(metrics, 'matching_rings_total')).toEqual(['17']);
    expect(await said(metrics, 'matching_rings_caught_by_look_total')).toEqual(['18']);
    expect(await said(metrics, 'matching_doorbell_reopened_total')).toEqual(['19']);
    expect(await said(metrics, 'matching_doorbell_odd_messages_total')).toEqual(['20']);
    expect(await said(metrics, 'matching_fenced_writes_total')).toEqual(['21']);
    expect(await said(metrics, 'matching_rewound_logs_total')).toEqual(['22']);
  }
});

test('without Redis its counters are 0', async () => {
  const { metrics } = setUp({ redis: null });
  expect(await said(metrics, 'matching_rings_total')).toEqual(['0']);
});

test('what is left of a budget is asked for every 5 s at most, and left out while it does not answer', async () => {
  const { metrics, clock, budget } = setUp();
  const left = [
    'service=mapbox-geocoding of=window 3',
    'service=mapbox-geocoding of=month 42',
    'service=mapbox-matrix of=window 3',
  ];
  expect(await said(metrics, 'matching_map_calls_left')).toEqual(left);
  await clock.pass(4999);
  budget.isAway = true;
  expect(await said(metrics, 'matching_map_calls_left')).toEqual(left);
  expect(budget.asked).toBe(2);
  await clock.pass(1);
  expect(await said(metrics, 'matching_map_calls_left')).toEqual([]);
  expect(budget.asked).toBe(4);
});

test('calls to map services are counted by outcome, timed where something was sent', async () => {
  const { metrics } = setUp();
  const call = { service: 'osrm-bike', waitMs: 30 };
  metrics.onMapCall({ ...call, outcome: 'ok', callMs: 200 });
  metrics.onMapCall({ ...call, outcome: 'busy', callMs: null });
  metrics.onMapCall({ ...call, outcome: 'resting', waitMs: 0, callMs: null });
  expect(await said(metrics, 'matching_map_calls_total')).toEqual([
    'service=osrm-bike outcome=ok 1',
    'service=osrm-bike outcome=busy 1',
    'service=osrm-bike outcome=resting 1',
  ]);
  const sums = async (name: string) => (await said(metrics, name)).slice(-2);
  expect(await sums('matching_map_call_duration_seconds')).toEqual(['service=osrm-bike 0.2', 'service=osrm-bike 1']);
  expect(await sums('matching_map_turn_wait_seconds')).toEqual(['service=osrm-bike 0.06', 'service=osrm-bike 2']);
});

test('requests are counted by route, method and class of status, whatever the method is', async () => {
  const { metrics } = setUp();
  const request = { route: '/graphql', method: 'POST', status: 200, ms: 12 };
  for (const status of [200, 204, 429, 0]) metrics.onRequestOver({ ...request, status });
  for (const method of ['PROPFIND', 'SUBSCRIBE']) metrics.onRequestOver({ ...request, method });
  expect(await said(metrics, 'matching_http_requests_total')).toEqual([
    'route=/graphql method=POST status=2xx 2',
    'route=/graphql method=POST status=4xx 1',
    'route=/graphql method=POST status=none 1',
    'route=/graphql method=other status=2xx 2',
  ]);
});

test('two instances in one process count apart, and Node counts once for both', async () => {
  const [one, other] = [setUp().metrics, setUp().metrics];
  one.onDelivered(3);
  const count = async (metrics: Metrics) => (await said(metrics, 'matching_event_delivery_seconds')).at(-1);
  expect([await count(one), await count(other)]).toEqual(['1', '0']);
  expect((await read(other)).get('process_cpu_seconds_total')?.samples).toHaveLength(1);
});
