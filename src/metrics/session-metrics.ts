import { SessionFailure } from '../errors.ts';
import type { Pipeline } from '../pipeline/run-context.ts';
import type { Question } from '../protocol.ts';
import type { SessionService } from '../session/session-service.ts';
import type { Instruments } from './instruments.ts';
import { timingStages } from './stage-times.ts';

/** Upper bounds in seconds: what is near in memory, over a network, and what a person begins to feel. */
const DELIVERY_SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const STAGE_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What there is to be heard of sessions at work. */
export interface SessionMetrics {
  /** A reader has taken an event, so long after this instance heard of it, in milliseconds. */
  readonly onDelivered: (ms: number) => void;
  /** Questions were put to a person. */
  readonly onQuestions: (questions: readonly Question[]) => void;
  /** The same pipeline, its stages timed. */
  readonly timing: (pipeline: Pipeline) => Pipeline;
  /** The same door, its answers counted. */
  readonly counting: (service: SessionService) => SessionService;
}

/** Adds what is heard of sessions while they run. */
export function addSessionMetrics(instruments: Instruments): SessionMetrics {
  const delivery = instruments.histogram(
    { name: 'matching_event_delivery_seconds', help: 'From hearing of an event to the socket having taken it.' },
    DELIVERY_SECONDS,
  );
  const stages = instruments.histogram(
    { name: 'matching_stage_work_seconds', help: 'Work of a stage in a session with results.', labels: ['stage'] },
    STAGE_SECONDS,
  );
  const asked = instruments.counter({
    name: 'matching_questions_asked_total',
    help: 'Questions that were put to a person.',
    labels: ['type', 'reason'],
  });
  const answers = instruments.counter({
    name: 'matching_answers_total',
    help: 'Answers, by what they came to.',
    labels: ['outcome'],
  });
  return {
    onDelivered: (ms) => delivery.observe(ms / 1000),
    onQuestions(questions) {
      for (const { interactionType: type, context } of questions) asked.inc({ type, reason: context.reason });
    },
    timing: (pipeline) => timingStages(pipeline, (stage, ms) => stages.observe({ stage }, ms / 1000)),
    counting: (service) => countingAnswers(service, (outcome) => answers.inc({ outcome })),
  };
}

/** `outcome` is a receipt's status, a code of the error table, or `failed` for what was not expected. */
function countingAnswers(service: SessionService, onAnswer: (outcome: string) => void): SessionService {
  return {
    start: (...given) => service.start(...given),
    attach: (...given) => service.attach(...given),
    status: (...given) => service.status(...given),
    cancel: (...given) => service.cancel(...given),
    async respond(...given) {
      try {
        const receipt = await service.respond(...given);
        onAnswer(receipt.status);
        return receipt;
      } catch (thrown) {
        onAnswer(thrown instanceof SessionFailure ? thrown.code : 'failed');
        throw thrown;
      }
    },
  };
}
