import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demoParent } from '../support/test-app.ts';
import { ENTRIES, type Entry, entriesWith, type Given, honest } from './entries.ts';
import { HostileInstance, outcomeOf, RESULTS } from './hostile-instance.ts';
import type { Answer } from './raw-http.ts';

let instance: HostileInstance;
/** Of demo; whoever attacks is the account `other`. */
let sessions: Readonly<Record<'waiting' | 'ended', string>>;
beforeAll(async () => {
  instance = await HostileInstance.start();
  sessions = { waiting: await instance.waitingSession(), ended: await instance.endedSession() };
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

async function asOther(entry: Entry, given: Given): Promise<Answer> {
  return instance.send(entry.ask(given), { token: instance.tokens.other });
}

/** All that answers can be told apart by, but for the ids that were sent, and what no two answers share. */
function told({ status, headers, raw, body }: Answer, ids: readonly string[]): object {
  const own = new Set(['date', 'x-request-id', 'ratelimit']);
  let text = body.replaceAll(headers.get('x-request-id') ?? '-', 'REQUEST');
  for (const id of ids) text = text.replaceAll(id, 'ID');
  return {
    status,
    names: [...raw.slice(0, raw.indexOf('\r\n\r\n')).matchAll(/^([\w-]+):/gmu)].map(([, name]) => name),
    values: [...headers].filter(([name]) => !own.has(name)),
    text: text.replaceAll(/"timestamp":\d+/gu, '"timestamp":0'),
  };
}

/** Entries that name a session that must be there: a start names one that need not. */
const OF_A_SESSION = entriesWith('session').filter(([, { codes }]) => codes.session === 'session_not_found');
/** Those that start one. */
const STARTS = entriesWith('parent');

describe.each(['waiting', 'ended'] as const)('a session of demo that is %s, to another account', (which) => {
  test.each(OF_A_SESSION)('%s: it is not there', async (_name, entry) => {
    const status = entry.face === 'REST' ? 404 : 200;
    for (const change of [{}, { interaction: 'interaction_9' }, { cursor: 2, response: {} }, { response: { x: 1 } }]) {
      const [own, nobodys] = [sessions[which], randomUUID()];
      const given = { ...honest(entry, own), ...change };
      const answer = await asOther(entry, given);
      expect(told(answer, [own])).toEqual(told(await asOther(entry, { ...given, session: nobodys }), [nobodys]));
      // GraphQL refuses an answer of no kind before anybody looks for a session.
      const isOfNoKind = 'response' in change && entry.face !== 'REST' && entry.operation === 'respondToInteraction';
      expect(outcomeOf(answer)).toBe(isOfNoKind ? '400 invalid_request' : `${status} session_not_found`);
    }
  });

  test.each(STARTS)('%s: after a cursor it is not there', async (_name, entry) => {
    const [own, nobodys] = [sessions[which], randomUUID()];
    const given = { ...honest(entry, own), parent: demoParent(7), cursor: 2 };
    const answer = await asOther(entry, given);
    expect(told(answer, [own])).toEqual(told(await asOther(entry, { ...given, session: nobodys }), [nobodys]));
    expect(outcomeOf(answer)).toMatch(/session_not_found$/u);
  });

  test('a ticket for it is not had, and one for another session does not open it', async () => {
    const id = randomUUID();
    const start = STARTS[0]?.[1];
    if (start === undefined) throw new Error('there is no start');
    expect(outcomeOf(await asOther(start, { ...honest(start, id), parent: demoParent(7) }))).toBe('200 ok');
    const ask = { method: 'POST', path: `/api/streaming/sessions/${id}/ticket`, headers: [], body: '' };
    const { body } = await instance.send(ask, { token: instance.tokens.other });
    const { ticket } = JSON.parse(body) as { ticket: string };
    const events = (of: string) => ({
      ...ask,
      method: 'GET',
      path: `/api/streaming/sessions/${of}/events?ticket=${ticket}`,
    });
    expect(outcomeOf(await instance.send(events(id), { token: null }))).toBe('200 ok');
    expect(outcomeOf(await instance.send(events(sessions[which]), { token: null }))).toBe('401 unauthenticated');
    // Beside a token a ticket says nothing.
    expect(outcomeOf(await instance.send(events(id)))).toBe('404 session_not_found');
  });
});

describe('a parent of demo, to another account', () => {
  test.each(STARTS)('%s: there is none', async (_name, entry) => {
    const [own, nobodys, id] = [demoParent(1), randomUUID(), randomUUID()];
    for (const parent of [own, own.toUpperCase()]) {
      const given = { ...honest(entry, id), parent };
      const answer = await asOther(entry, given);
      expect(told(answer, [own])).toEqual(told(await asOther(entry, { ...given, parent: nobodys }), [nobodys]));
      expect(outcomeOf(answer)).toMatch(/^(?:404|200) parent_not_found$/u);
    }
  });

  test.each(STARTS)("%s: in a session of the other's own it cannot be slipped in", async (_name, entry) => {
    const given = { ...honest(entry, randomUUID()), parent: demoParent(7) };
    expect(outcomeOf(await asOther(entry, given))).toBe('200 ok');
    const [own, nobodys] = [demoParent(1), randomUUID()];
    const answer = await asOther(entry, { ...given, parent: own });
    expect(told(answer, [own])).toEqual(told(await asOther(entry, { ...given, parent: nobodys }), [nobodys]));
  });
});

test('all of it together has changed nothing: the session waits, with one question, and takes the answer', async () => {
  const status = ENTRIES.find(({ name }) => name === 'GET status');
  const respond = ENTRIES.find(({ name }) => name === 'POST respond');
  if (status === undefined || respond === undefined) throw new Error('entries are missing');
  const { body } = await instance.send(status.ask(honest(status, sessions.waiting)));
  expect(JSON.parse(body)).toMatchObject({ completed: false, interactions_count: 1 });
  expect(outcomeOf(await instance.send(respond.ask(honest(respond, sessions.waiting))))).toBe('200 ok');
  expect(await instance.honestSession()).toEqual(RESULTS);
});
