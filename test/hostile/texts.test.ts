import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/protocol.ts';
import { ENTRIES, entriesWith, type Face, honest, PLACE } from './entries.ts';
import { HostileInstance, outcomeOf, withoutIds, RESULTS } from './hostile-instance.ts';
import { HOSTILE_TEXTS, MEGABYTE } from './texts.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

/** A code as each face says it: REST by its status, GraphQL as data. */
function outcome(face: Face, code: ErrorCode): string {
  return `${face === 'REST' ? ERRORS[code].status : 200} ${code}`;
}

/** What a session may be called. */
const SESSION_ID = /^[\w.-]{8,128}$/u;

describe.each(HOSTILE_TEXTS)('$name', ({ text }) => {
  // A session may be called so, as odd as it looks: then it is not started here, since it would be there.
  const none = entriesWith('session').filter(([, , code]) => code === 'session_not_found' || !SESSION_ID.test(text));

  test.each(none)('is no session that there is: %s', async (_name, entry, code) => {
    const ask = entry.ask(honest(entry, text));
    const answer = await instance.send(ask);
    expect(outcomeOf(answer)).toBe(ask.path.length > 16_000 ? '431 invalid_request' : outcome(entry.face, code));
    const isSaidBack = text.length > 2 && withoutIds(answer.body).includes(JSON.stringify(text).slice(1, -1));
    expect(isSaidBack).toBe(false);
  });

  test.each(entriesWith('parent'))('is no parent: %s', async (_name, entry, code) => {
    const answer = await instance.send(entry.ask({ ...honest(entry, 'some-session'), parent: text }));
    expect(outcomeOf(answer)).toBe(outcome(entry.face, code));
  });

  test.each(entriesWith('interaction'))('is no question: %s', async (_name, entry, code) => {
    const answer = await instance.send(entry.ask({ ...honest(entry, session), interaction: text }));
    expect(outcomeOf(answer)).toBe(outcome(entry.face, code));
  });

  test.each(ENTRIES.map((entry) => [entry.name, entry] as const))(
    'in a header is a header, and no fault: %s',
    async (_name, entry) => {
      const ask = entry.ask(honest(entry, 'nobody-has-this-id'));
      const latin = Buffer.from(text)
        .toString('latin1')
        .replaceAll(/[\r\n\0]/gu, '')
        .slice(0, 5000);
      for (const name of [
        'Origin',
        'Authorization',
        'Last-Event-ID',
        'X-Request-Id',
        'X-Forwarded-For',
        'Accept',
        'Cookie',
        'Range',
      ]) {
        const answer = await instance.send({ ...ask, headers: [...ask.headers, [name, latin]] });
        expect([name, answer.status < 500 && answer.status > 0]).toEqual([name, true]);
        expect(answer.headers.get('x-request-id')).not.toBe(latin);
      }
    },
  );
});

test.each(HOSTILE_TEXTS.filter(({ text }) => SESSION_ID.test(text)))(
  '$name may be what a session is called',
  async ({ text }) => {
    const [start, cancel] = ['POST interactive', 'DELETE'].map((name) => ENTRIES.find((entry) => entry.name === name));
    if (start === undefined || cancel === undefined) throw new Error('entries are missing');
    expect(outcomeOf(await instance.send(start.ask(honest(start, text))))).toBe('200 ok');
    expect(outcomeOf(await instance.send(cancel.ask(honest(cancel, text)), { token: instance.tokens.other }))).toBe(
      '404 session_not_found',
    );
    const { body } = await instance.send(cancel.ask(honest(cancel, text)));
    expect(JSON.parse(body)).toMatchObject({ session_id: text, completed: true });
  },
);

describe('a text of a megabyte', () => {
  test.each(ENTRIES.map((entry) => [entry.name, entry] as const))('in the body, wherever: %s', async (_name, entry) => {
    const given = honest(entry, session);
    const asks = [
      { ...given, session: MEGABYTE },
      { ...given, interaction: MEGABYTE },
      { ...given, parent: MEGABYTE },
      { ...given, response: { address: MEGABYTE } },
      { ...given, more: `"${MEGABYTE}":1` },
    ]
      .map((one) => entry.ask(one))
      .filter(({ body }) => body.length > MEGABYTE.length);
    for (const ask of asks) expect(outcomeOf(await instance.send(ask))).toBe('413 invalid_request');
    const ask = entry.ask(given);
    const chunked =
      ask.body === ''
        ? []
        : [{ ...ask, headers: [...ask.headers, ['Transfer-Encoding', 'chunked'] as const], body: chunks(MEGABYTE) }];
    for (const one of chunked) expect(outcomeOf(await instance.send(one))).toBe('413 invalid_request');
  });

  test.each(ENTRIES.map((entry) => [entry.name, entry] as const))(
    'in the path or a header: %s',
    async (_name, entry) => {
      const ask = entry.ask(honest(entry, session));
      const by = ask.path.includes('?') ? '&' : '?';
      expect(outcomeOf(await instance.send({ ...ask, path: `${ask.path}${by}x=${MEGABYTE}` }))).toBe(
        '431 invalid_request',
      );
      const headers = [...ask.headers, ['Last-Event-ID', MEGABYTE] as const];
      expect(outcomeOf(await instance.send({ ...ask, headers }))).toBe('431 invalid_request');
    },
  );
});

function chunks(text: string): string {
  const pieces = text.match(/.{1,50000}/gu) ?? [];
  return [...pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`), '0\r\n\r\n'].join('');
}

test('afterwards the session waits for its answer still, and an honest one works as ever', async () => {
  const respond = ENTRIES.find(({ name }) => name === 'POST respond');
  if (respond === undefined) throw new Error('an entry is missing');
  const given = { ...honest(respond, session), response: { address: PLACE } };
  expect(outcomeOf(await instance.send(respond.ask(given)))).toBe('200 ok');
  expect(await instance.honestSession()).toEqual(RESULTS);
});
