import type { StreamCounts } from '../http/open-streams.ts';
import type { RedisStoreCounts } from '../session/redis-session-store.ts';
import type { HeldSessions, RunnerCounts } from '../session/session-runner.ts';
import { by, type Instruments, plain } from './instruments.ts';

/** What an instance holds and has done since its start. */
export interface InstanceState {
  readonly held: HeldSessions;
  readonly counts: RunnerCounts;
  readonly streams: StreamCounts;
  /** Null where sessions are in memory. */
  readonly redis: RedisStoreCounts | null;
}

/** All that an instance counts by itself, read when the metrics are. */
export function addStateMetrics(instruments: Instruments, state: () => InstanceState): void {
  addSessions(instruments, state);
  addStreams(instruments, () => state().streams);
  addRedis(instruments, () => state().redis);
}

function addSessions(instruments: Instruments, read: () => InstanceState): void {
  instruments.gauge({ name: 'matching_sessions', help: 'Sessions in hand, by state.', labels: ['state'] }, () =>
    by('state', { ...read().held }),
  );
  const count = (name: string, help: string, of: (counts: RunnerCounts) => number): void =>
    instruments.countedElsewhere({ name, help }, () => plain(of(read().counts)));
  count('matching_sessions_started_total', 'Sessions that were begun here.', ({ started }) => started);
  count('matching_sessions_taken_over_total', 'Sessions that were begun elsewhere.', ({ takenOver }) => takenOver);
  instruments.countedElsewhere(
    { name: 'matching_sessions_finished_total', help: 'Sessions in hand that have ended.', labels: ['outcome'] },
    () => by('outcome', read().counts.finished),
  );
  count('matching_leases_fenced_total', 'Leases that somebody else had taken over.', ({ fenced }) => fenced);
  count('matching_sessions_rewound_total', 'Sessions ended as their log went back in time.', ({ rewound }) => rewound);
  count('matching_sessions_paused_total', 'How often a session was paused.', ({ paused }) => paused);
}

function addStreams(instruments: Instruments, read: () => StreamCounts): void {
  instruments.gauge({ name: 'matching_streams_open', help: 'Open streams.' }, () => plain(read().open));
  instruments.countedElsewhere({ name: 'matching_streams_opened_total', help: 'Streams that were opened.' }, () =>
    plain(read().openedTotal),
  );
  instruments.countedElsewhere(
    {
      name: 'matching_streams_refused_total',
      help: 'Streams that were refused, by whose room was full.',
      labels: ['by'],
    },
    () => by('by', { account: read().refusedByAccount, instance: read().refusedByInstance }),
  );
  instruments.countedElsewhere(
    { name: 'matching_slow_readers_cut_total', help: 'Connections that were cut as nobody read them.' },
    () => plain(read().slowReadersCut),
  );
  instruments.countedElsewhere(
    {
      name: 'matching_crowded_connections_cut_total',
      help: 'Connections that were cut as they asked for too many answers at once.',
    },
    () => plain(read().crowdedConnectionsCut),
  );
}

/** Zero where sessions are in memory: nothing of it can happen there. */
function addRedis(instruments: Instruments, read: () => RedisStoreCounts | null): void {
  const count = (name: string, help: string, of: keyof RedisStoreCounts): void =>
    instruments.countedElsewhere({ name, help }, () => plain(read()?.[of] ?? 0));
  count('matching_rings_total', 'Rings that came over the doorbell channel.', 'rings');
  count('matching_rings_caught_by_look_total', 'Changes that only the look found.', 'ringsCaughtByLook');
  count('matching_doorbell_reopened_total', 'How often the doorbell link was made anew.', 'doorbellReopened');
  count('matching_doorbell_odd_messages_total', 'Messages on the doorbell that are none of ours.', 'oddMessages');
  count(
    'matching_fenced_writes_total',
    'Writes that were refused as somebody else had taken the session over.',
    'fencedWrites',
  );
  count('matching_rewound_logs_total', 'Logs that had gone back in time.', 'rewoundLogs');
}
