import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchingInput, Question } from '../../src/protocol.ts';

/** A run without a session around it: nothing is recorded, and every question is answered at once. */
export function plainRun(input: MatchingInput, answer: (question: Question) => Answer): RunContext {
  const startedAt = performance.now();
  let questions = 0;
  return {
    account: 'demo',
    sessionId: 'plain-run',
    input,
    signal: new AbortController().signal,
    progress: async () => {},
    notice: async () => {},
    step: async (_, work) => work(new AbortController().signal),
    ask: async (_, question) => {
      questions += 1;
      return answer(question);
    },
    all: async (branches) => Promise.all(branches.map((branch) => branch())),
    workMs: () => performance.now() - startedAt,
    questionsAsked: () => questions,
  };
}
