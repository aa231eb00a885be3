/** What can be found wrong, and which promise it breaks. */
export const VIOLATIONS = {
  gap_or_repeat: 'a reader missed an event or saw one twice',
  readers_disagree: 'two readers were told different things under one sequence',
  two_ends: 'something stands in a log after its end',
  never_ended: 'a session did not come to its end in time',
  wrong_end: 'a session ended in something else than it should have',
  session_lost: 'a session is not there any more',
  history_lost: 'a reader was told that events were lost',
  progress_fell: 'the progress of a session went back',
  wrong_events: 'a log says more or less than that of a run to which nothing happens',
  asked_twice: 'a question was asked again',
  answer_lost: 'an acknowledged answer is not in the log',
  answer_not_used: 'the results are not those of the acknowledged answers',
  two_answers: 'two answers to one question were taken',
  answer_refused: 'an answer was refused without a reason',
  answered_and_timed_out: 'a question was answered, and its time ran out',
  step_repeated: 'a recorded step was begun again',
  two_runners: 'an instance went on with a session that another one had taken over',
  unexpected_refusal: 'a caller was told of an error that is none of theirs',
  key_without_expiry: 'a key of Redis has no expiry, or one that lies too far ahead',
  process_exited: 'a process ended unasked, or not as it was asked to',
  harness_failed: 'what is to be looked at could not be',
} as const;

export type ViolationKind = keyof typeof VIOLATIONS;

export interface Violation {
  readonly kind: ViolationKind;
  /** Null where it is not about one session. */
  readonly session: string | null;
  /** Who and what, for the search in the journals. */
  readonly detail: string;
}
