import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, type Entry, honest, PLACE } from './entries.ts';
import { HostileInstance, outcomeOf, RESULTS } from './hostile-instance.ts';
import type { Ask } from './raw-http.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const WITH_BODY = ENTRIES.flatMap((entry) => {
  const { body } = entry.ask(honest(entry, 'nobody-has-this-id'));
  return body === '' ? [] : [[entry.name, entry] as const];
});

const ANSWERING = WITH_BODY.filter(([, { codes }]) => codes.interaction !== undefined);
/** What an answer gets that fits no question: GraphQL knows its kinds before anybody looks for the question. */
const NO_FIT = {
  REST: '422 invalid_response',
  '/graphql': '400 invalid_request',
  '/graphql/stream': '400 invalid_request',
};

/** With this answer, which is JSON. */
function answering(entry: Entry, response: string): Ask {
  const ask = entry.ask({ ...honest(entry, session), response: 'ANSWER' });
  return { ...ask, body: String(ask.body).replace('"ANSWER"', response) };
}

/** Members that an object has from its prototype, or would give to every other. */
const MEMBERS = [
  '"__proto__":{"polluted":true}',
  '"__proto__":null',
  '"constructor":{"prototype":{"polluted":true}}',
  '"toString":1',
  '"hasOwnProperty":"x"',
  '"valueOf":{"__proto__":{"polluted":true}}',
  '"then":"x"',
  '"toJSON":"x"',
] as const;

/** With another body, and nothing else changed. */
function withBody(entry: Entry, change: (body: string) => string): Ask {
  const ask = entry.ask(honest(entry, session));
  return { ...ask, body: change(String(ask.body)) };
}

describe.each(MEMBERS)('%s', (member) => {
  test.each(WITH_BODY)('beside what is known, in the body of %s, is refused', async (_name, entry) => {
    const answer = await instance.send(withBody(entry, (body) => `{${member},${body.slice(1)}`));
    expect(outcomeOf(answer)).toBe('400 invalid_request');
  });

  test.each(WITH_BODY)('in the input of %s is refused, or as nothing', async (_name, entry) => {
    const answer = await instance.send(entry.ask({ ...honest(entry, 'nobody-has-this-id'), more: member }));
    // Variables that a document does not name are nobody's: GraphQL lets them be.
    const isVariable = entry.face !== 'REST' && !('input' in JSON.parse(variablesOf(entry)));
    expect(outcomeOf(answer)).toBe(isVariable ? '200 session_not_found' : '400 invalid_request');
  });

  test.each(ANSWERING)('in the answer that %s gives fits no question', async (_name, entry) => {
    // Of REST a field that is null is as if left out, whatever its name.
    const response = member.endsWith(':null') ? '{}' : `{"address":"${PLACE}",${member}}`;
    expect(outcomeOf(await instance.send(answering(entry, response)))).toBe(NO_FIT[entry.face]);
    expect(outcomeOf(await instance.send(answering(entry, `{${member}}`)))).toBe(NO_FIT[entry.face]);
  });
});

function variablesOf(entry: Entry): string {
  const { variables } = JSON.parse(String(entry.ask(honest(entry, session)).body)) as { variables: object };
  return JSON.stringify(variables);
}

describe('instead of an object', () => {
  test.each(WITH_BODY)('%s takes none of another kind', async (_name, entry) => {
    for (const body of [
      'null',
      '[]',
      '1',
      'true',
      '""',
      '"{}"',
      '{',
      '{}x',
      '{"a":1,}',
      "{'a':1}",
      '\ufeff{}',
      'NaN',
      '[{}]',
      '{}',
    ]) {
      expect([body, outcomeOf(await instance.send(withBody(entry, () => body)))]).toEqual([
        body,
        '400 invalid_request',
      ]);
    }
    const batch = await instance.send(withBody(entry, (body) => `[${body},${body}]`));
    expect(outcomeOf(batch)).toBe('400 invalid_request');
  });

  test.each(WITH_BODY)('%s takes no bytes that are no UTF-8, and no other encoding', async (_name, entry) => {
    const ask = entry.ask(honest(entry, 'nobody-has-this-id'));
    const asks = [
      { ...ask, body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(String(ask.body), 'utf16le')]) },
      { ...ask, body: Buffer.from(String(ask.body), 'utf16le') },
      { ...ask, body: Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]) },
    ];
    for (const one of asks) expect(outcomeOf(await instance.send(one))).toBe('400 invalid_request');
  });

  test.each(WITH_BODY)('%s takes no JSON that is nested ten thousand deep', async (_name, entry) => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const objects = `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`;
    for (const [value, more] of [
      [deep, `"more":${deep}`],
      [objects, `"more":${objects}`],
    ] as const) {
      const asks = [withBody(entry, () => value), entry.ask({ ...honest(entry, 'nobody-has-this-id'), more })];
      for (const ask of asks) expect(outcomeOf(await instance.send(ask))).toBe('400 invalid_request');
    }
  });

  test.each(ANSWERING)('%s takes no answer that is nested so', async (_name, entry) => {
    const objects = `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`;
    for (const response of [objects, `{"address":${objects}}`, `{"location":{"address":${objects}}}`]) {
      expect(outcomeOf(await instance.send(answering(entry, response)))).toBe(NO_FIT[entry.face]);
    }
  });

  test.each(WITH_BODY)('in place of texts, %s takes no values of other kinds', async (_name, entry) => {
    for (const value of [null, true, 7, [], {}, ['a'], { toString: 'a' }, { length: 1 }]) {
      const given = honest(entry, value);
      const answer = await instance.send(entry.ask({ ...given, parent: value, interaction: value }));
      // An ID of GraphQL may be a number; null is the absence of a session in a start.
      expect(outcomeOf(answer)).toMatch(/^(?:400 invalid_request|200 (?:invalid_request|session_not_found))$/u);
    }
  });
});

test('a name that stands twice is one thing to everybody: the last', async () => {
  for (const [, entry] of WITH_BODY.filter(([, { codes }]) => codes.session === 'session_not_found')) {
    const name = entry.face === 'REST' ? 'session_id' : 'sessionId';
    const ask = entry.ask({ ...honest(entry, session), more: `"${name}":"nobody-has-this-id"` });
    expect(outcomeOf(await instance.send(ask))).toMatch(/session_not_found$/u);
  }
});

test('afterwards the session waits for its answer still, and an honest one works as ever', async () => {
  const respond = ENTRIES.find(({ name }) => name === 'POST respond');
  if (respond === undefined) throw new Error('an entry is missing');
  const given = { ...honest(respond, session), response: { address: PLACE } };
  expect(outcomeOf(await instance.send(respond.ask(given)))).toBe('200 ok');
  expect(await instance.honestSession()).toEqual(RESULTS);
});
