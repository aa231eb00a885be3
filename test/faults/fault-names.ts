/** What is done to a running system, and whether its Redis forgets something by it. */
export const FAULTS = {
  none: { memory: 'kept', what: 'nothing' },
  answer_at_deadline: {
    memory: 'kept',
    what: 'nothing, and every answer is sent within some ms of its deadline, to an instance that does not run its session',
  },
  kill_waiting: { memory: 'kept', what: 'kill -9 of the instance that runs a session which waits for an answer' },
  kill_working: { memory: 'kept', what: 'kill -9 of an instance that works on a session' },
  freeze: { memory: 'kept', what: 'SIGSTOP of an instance for longer than its lease, then SIGCONT' },
  drain: { memory: 'kept', what: 'SIGTERM to an instance that runs sessions' },
  redis_away: { memory: 'kept', what: 'Redis stopped, and started with its data 10 s later' },
  redis_restarted: { memory: 'kept', what: 'Redis killed, and started with its data at once' },
  redis_emptied: { memory: 'lost', what: 'Redis killed, and started empty' },
  redis_rolled_back: { memory: 'lost', what: 'Redis killed, and started with older data' },
  redis_black_hole: { memory: 'kept', what: 'nothing comes through to Redis for 10 s, and nobody is told' },
  redis_deaf: { memory: 'kept', what: 'Redis hears everything and is not heard for 5 s' },
  redis_slow: { memory: 'kept', what: 'every reply of Redis takes 300 ms longer for 6 s' },
  redis_reply_lost: { memory: 'kept', what: 'links to Redis are cut just before the reply to a write, many times' },
  pubsub_dead: { memory: 'kept', what: 'nothing that is published comes through for 6 s' },
  postgres_restarted: { memory: 'kept', what: 'Postgres stopped and started' },
  postgres_away: { memory: 'kept', what: 'Postgres stopped, and started 5 s later' },
  link_cut: { memory: 'kept', what: 'one instance alone is without Redis and Postgres for some seconds' },
} as const;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Whether it is one of them. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** Whether nothing is done to the system itself. */
export function isUndisturbed(name: FaultName): boolean {
  return name === 'none' || name === 'answer_at_deadline';
}
