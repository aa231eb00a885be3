/** How often a service may be called, by all instances together. */
export interface CallLimit {
  /** What is limited, such as `mapbox-geocoding`: lower-case letters and hyphens. Equal names share one budget. */
  readonly name: string;
  /** Calls in any sliding window, 1 or more. */
  readonly calls: number;
  readonly windowMs: number;
  /** The least time between two calls, 0 or more: spread evenly, no delay on the way makes a crowd of them. */
  readonly spacingMs: number;
  /** Calls in a calendar month (UTC); null: as many as there are. */
  readonly perMonth: number | null;
}

/** What became of asking for a call. */
export type Reservation =
  /** One call may be made, `waitMs` from now: not before, and it counts whether it is made or not. */
  | { readonly status: 'reserved'; readonly waitMs: number }
  /** None may be made in the time that was given; in `afterMs` there is room again. */
  | { readonly status: 'busy'; readonly afterMs: number }
  /** The month's calls are used up; in `afterMs` the next month begins. */
  | { readonly status: 'spent'; readonly afterMs: number };

/** What is left of a limit. */
export interface CallsLeft {
  /** Calls that could be made in the window that begins now. */
  readonly inWindow: number;
  /** Null where the month has no limit. */
  readonly inMonth: number | null;
}

/**
 * The seam to where calls to outside services are counted: one budget for all instances, or for this one alone where it
 * is the only one. Calls are given their turn in the order in which they were asked for, whoever asked.
 */
export interface CallBudget {
  /**
   * Reserves one call, at most `mostWaitMs` from now. One atomic step: no two instances get the same turn. Rejects with
   * SessionFailure `unavailable` when the budget cannot be asked.
   */
  reserve(limit: CallLimit, mostWaitMs: number): Promise<Reservation>;
  /** The service asks to be left alone: no call has its turn within `forMs` from now. Rejects as reserve. */
  hold(limit: CallLimit, forMs: number): Promise<void>;
  /**
   * For how many ms from now the service asks to be left alone yet, whoever was told so; 0 where it does not. Who waited
   * for a turn asks before the call: a hold that came meanwhile takes the turn back. Rejects as reserve.
   */
  heldFor(limit: CallLimit): Promise<number>;
  /** For operators. Rejects as reserve. */
  left(limit: CallLimit): Promise<CallsLeft>;
}
