import { causeOf, errorBody, ERRORS, SessionFailure } from '../errors.ts';
import { type Log, sessionTag } from '../log.ts';
import { type Pipeline, Suspended } from '../pipeline/run-context.ts';
import type { ErrorBody, ErrorDetails, MatchResultsBody } from '../protocol.ts';
import type { HaltReason, SessionRun } from './session-run.ts';

/** What a run came to: the last entry of the log, or why it is not there. */
export type RunOutcome = MatchResultsBody | ErrorBody | 'suspended' | HaltReason;

export interface OutcomeOptions {
  readonly pipeline: Pipeline;
  readonly log: Log;
  /** A fresh UUID v4. */
  readonly newId: () => string;
}

/** Runs the pipeline once, from its top. Never rejects. */
export async function outcomeOf(run: SessionRun, options: OutcomeOptions): Promise<RunOutcome> {
  try {
    const results = await options.pipeline.run(run);
    return run.halted?.reason ?? results;
  } catch (thrown) {
    return run.halted?.reason ?? endOf(thrown, run, options);
  }
}

/** What a run that did not come to results ends with. */
function endOf(thrown: unknown, run: SessionRun, { log, newId }: OutcomeOptions): RunOutcome {
  if (thrown instanceof Suspended) return 'suspended';
  // What is thrown when a call is aborted says nothing about the session.
  if (run.signal.aborted) return 'lost';
  const where = { parentId: run.input.parentId, failedStage: run.stage };
  if (thrown instanceof SessionFailure && thrown.code === 'unavailable') return 'away';
  if (thrown instanceof SessionFailure && ERRORS[thrown.code].fatal) {
    return errorBody(thrown.code, { ...thrown.details, ...where });
  }
  const errorId = newId();
  log.error(
    { errorId, session: sessionTag(run), stage: run.stage, cause: causeOf(thrown) },
    'a session ended in an error',
  );
  return processingError(errorId, where);
}

/** A processing_error that names the id under which its cause was logged. */
export function processingError(errorId: string, details: Partial<ErrorDetails>): ErrorBody {
  return errorBody('processing_error', details, `${ERRORS.processing_error.message} Its number is ${errorId}.`);
}
