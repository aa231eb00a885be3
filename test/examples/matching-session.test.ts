import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { copyExamplesWithTokens, type ExampleFolder } from './example-folder.ts';

/** Has the streams of its argument come, one after another; one that is not there is lost before it says anything. */
const PROGRAM = `
  import { search } from './matching/session.ts';
  const streams = JSON.parse(process.argv[2]);
  let next = 0;
  await search({
    async read({ after }, take) {
      console.log('asked after', after);
      const events = streams[next++];
      if (!events) throw new Error('no stream');
      for (const event of events) {
        take(event);
        await new Promise(setImmediate);
      }
    },
    respond: () => Promise.reject(new Error('nothing is asked')),
  }, 'some-parent');
`;

const RESULTS = { __typename: 'MatchResults', offers: [], counterfactuals: [] };

function update(sequence: number): object {
  return { __typename: 'ProcessingUpdate', sequence, progress: 0.5, details: 'Half', answeredInteractionId: null };
}

function error(given: object): object {
  const errorDetails = { retryAfterMs: null };
  return { __typename: 'Error', sequence: 0, message: 'So it is', fatal: true, errorDetails, ...given };
}

describe('a session of the GraphQL examples', () => {
  let folder: ExampleFolder;
  beforeAll(async () => {
    folder = await copyExamplesWithTokens();
    await writeFile(join(folder.path, 'examples/scripted.ts'), PROGRAM);
  });
  afterAll(async () => folder[Symbol.asyncDispose]());

  /** What was printed for these streams below the session's name, and how it ended. */
  async function run(...streams: readonly (readonly object[])[]) {
    await using program = new Program('node', ['examples/scripted.ts', JSON.stringify(streams)], {
      folder: folder.path,
    });
    const { code, output } = await program.ended;
    return { code, lines: output.trim().split('\n').slice(1) };
  }

  test.concurrent('says what comes twice once', async () => {
    const { code, lines } = await run([update(1), update(1), update(2), update(1), { ...RESULTS, sequence: 3 }]);
    expect(lines).toEqual(['asked after 0', '1. 50 % Half', '2. 50 % Half', '3. 0 offers:']);
    expect(code).toBe(0);
  });

  test.concurrent('goes on after what it has read, where a stream ends without a reason', async () => {
    const { lines } = await run([update(1), update(2)], [{ ...RESULTS, sequence: 3 }]);
    expect(lines).toEqual(['asked after 0', '1. 50 % Half', '2. 50 % Half', 'asked after 2', '3. 0 offers:']);
  });

  test.concurrent('takes a log from its first event again, once it is told that what was before is lost', async () => {
    const lost = error({ errorCode: 'HISTORY_LOST', fatal: false });
    const { lines } = await run([update(1), update(2), lost, update(1), { ...RESULTS, sequence: 2 }]);
    expect(lines.slice(3)).toEqual(['HISTORY_LOST: So it is', '1. 50 % Half', '2. 0 offers:']);
  });

  test.concurrent('asks no more what was asked in a log that is lost, but what is asked in the one that comes', async () => {
    const lost = error({ errorCode: 'HISTORY_LOST', fatal: false });
    const asked = { interactionId: 'interaction_0', interactionType: 'LOCATION_INPUT', options: null };
    const question = { __typename: 'UserInteraction', sequence: 1, ...asked, question: 'Where?' };
    const { lines } = await run([question, lost, question, { ...RESULTS, sequence: 2 }]);
    expect(lines.filter((line) => line.startsWith('Where?'))).toHaveLength(2);
  });

  test.concurrent('ends with an error of the session, and fails', async () => {
    const { code, lines } = await run([update(1), error({ errorCode: 'SESSION_CANCELLED', sequence: 2 })]);
    expect(lines.at(-1)).toBe('2. SESSION_CANCELLED: So it is');
    expect(code).toBe(1);
  });

  test.concurrent('gives up after five tries that came to nothing, and fails', async () => {
    const { code, lines } = await run([update(1)]);
    expect(lines.slice(2)).toEqual([
      ...Array.from({ length: 4 }, () => ['asked after 1', 'no stream: again in 1 s']).flat(),
      'asked after 1',
      'no stream',
    ]);
    expect(code).toBe(1);
  });
});
