import { print, type DocumentNode, type ExecutionResult } from 'graphql';
import { createExecutor, type GraphqlCaller } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { StubSessionService } from '../support/stub-session-service.ts';
import { testCaller } from '../support/test-caller.ts';

/** The time of every test. */
export const NOW = 1_800_000_000_000;
const schema = buildSchema(CONTRACT_TYPES);

/** An executor over a service that a test feeds, with one caller, who can leave. */
export function setUp() {
  const service = new StubSessionService();
  const log = new RecordingLog();
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  const clock = new ManualClock(NOW);
  const random = (): number => 0;
  const executor = createExecutor({ schema, service, log, clock, newId, random, introspection: true });
  const left = new AbortController();
  const caller = testCaller({ signal: left.signal });
  const run = (query: DocumentNode | string, variables?: Record<string, unknown>, how: Partial<GraphqlCaller> = {}) =>
    executor.run({ query: typeof query === 'string' ? query : print(query), variables }, { ...caller, ...how });
  return {
    service,
    log,
    executor,
    run,
    leave: () => left.abort(),
    result: async (...args: Parameters<typeof run>): Promise<ExecutionResult> => {
      const answer = await run(...args);
      if ('next' in answer) throw new TypeError('a stream came');
      return answer;
    },
    stream: async (...args: Parameters<typeof run>) => {
      const answer = await run(...args);
      if (!('next' in answer)) throw new TypeError(`no stream came: ${JSON.stringify(answer)}`);
      return answer;
    },
  };
}

/** The input of a start. */
export const INPUT = { parentId: '550e8400-e29b-41d4-a716-446655440001' };
/** Resolves when whatever was under way without a timer is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
