/** The times that the instances of a cluster run with, in milliseconds. */
export interface ClusterTimes {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  /** How often an instance looks for news without having been called. */
  readonly logPollMs: number;
  readonly interactionTimeoutMs: number;
  readonly retentionMs: number;
  readonly maxLifeMs: number;
}

/** Short ones, so that a round with its takeovers is over soon. */
export const SHORT_TIMES: ClusterTimes = {
  heartbeatMs: 200,
  leaseMs: 1000,
  logPollMs: 500,
  interactionTimeoutMs: 20_000,
  retentionMs: 120_000,
  maxLifeMs: 120_000,
};

/** Heartbeat, lease and look as they are where nothing is set (see variables.ts). */
export const DEFAULT_TIMES: ClusterTimes = { ...SHORT_TIMES, heartbeatMs: 2000, leaseMs: 10_000, logPollMs: 5000 };
