import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { entriesWith, honest } from './entries.ts';
import { CANARY, HostileInstance, outcomeOf, RESULTS } from './hostile-instance.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const READERS = entriesWith('cursor');
const OF_REST = READERS.filter(([, { face }]) => face === 'REST');
const OF_GRAPHQL = READERS.filter(([, { face }]) => face !== 'REST');

/** Nothing that a cursor may be, as a text. */
const GARBAGE = [
  ' ',
  'abc',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  '1_000',
  '1,2',
  '1 2',
  '2147483648',
  '99999999999999999999',
  '9'.repeat(5000),
  'NaN',
  'Infinity',
  '\uff11',
  '\u0661',
  '1\0',
  '1\r\nX-Evil: 1',
  '1\n\ndata: 1',
  '__proto__',
  '0-1',
  '$',
  `1${CANARY}`,
];

describe.each(GARBAGE.map((text) => [JSON.stringify(text).slice(0, 30), text] as const))(
  'the cursor %s',
  (_text, cursor) => {
    test.each(OF_REST)('is refused by %s, in the query and in the header', async (_name, entry, code) => {
      expect(outcomeOf(await instance.send(entry.ask({ ...honest(entry, session), cursor })))).toBe(`400 ${code}`);
      // A header is trimmed, and cannot hold all of them: as bytes it never arrives.
      const value = Buffer.from(cursor).toString('latin1').trim();
      if (value === '' || /[\0\r\n]/u.test(value)) return;
      const ask = entry.ask(honest(entry, session));
      const answer = await instance.send({ ...ask, headers: [...ask.headers, ['Last-Event-ID', value]] });
      expect(outcomeOf(answer)).toBe(`400 ${code}`);
    });

    test.each(OF_GRAPHQL)('is refused by %s', async (_name, entry, code) => {
      expect(outcomeOf(await instance.send(entry.ask({ ...honest(entry, session), cursor })))).toBe(`400 ${code}`);
    });
  },
);

describe('a cursor', () => {
  test.each(OF_REST)('that stands twice is refused by %s', async (_name, entry, code) => {
    const ask = entry.ask({ ...honest(entry, session), cursor: '1' });
    const twice = { ...ask, path: `${ask.path}&last_event_id=1` };
    expect(outcomeOf(await instance.send(twice))).toBe(`400 ${code}`);
    const headers = [...ask.headers, ['Last-Event-ID', '1'] as const, ['Last-Event-ID', '2'] as const];
    expect((await instance.send({ ...ask, headers })).status).toBeLessThan(500);
  });

  test.each(OF_GRAPHQL)('that is no whole number from 0 on is refused by %s', async (_name, entry, code) => {
    for (const cursor of [true, 1.5, [], {}, [1], 2 ** 31, 1e300]) {
      expect(outcomeOf(await instance.send(entry.ask({ ...honest(entry, session), cursor })))).toBe(`400 ${code}`);
    }
    for (const cursor of [-1, -(2 ** 31)]) {
      expect(outcomeOf(await instance.send(entry.ask({ ...honest(entry, session), cursor })))).toBe(`200 ${code}`);
    }
  });

  test.each(READERS)('beyond the log gives %s the whole of it, and says so', async (_name, entry) => {
    const cursor = entry.face === 'REST' ? '2147483647' : 2_147_483_647;
    const answer = await instance.send(entry.ask({ ...honest(entry, session), cursor }));
    expect(outcomeOf(answer)).toBe('200 history_lost');
  });

  test.each(READERS)('in a session that does not exist starts nothing: %s', async (_name, entry) => {
    const id = randomUUID();
    const cursor = entry.face === 'REST' ? '1' : 1;
    const answer = await instance.send(entry.ask({ ...honest(entry, id), cursor }));
    expect(outcomeOf(answer)).toMatch(/^(?:404|200) session_not_found$/u);
    const status = { method: 'GET', path: `/api/streaming/sessions/${id}/status`, headers: [], body: '' };
    expect(outcomeOf(await instance.send(status))).toBe('404 session_not_found');
  });
});

test('afterwards the session still waits, and an honest one works as ever', async () => {
  expect(await instance.waitFor(session)).toMatch(/"type":"user_interaction"/u);
  expect(await instance.honestSession()).toEqual(RESULTS);
});
