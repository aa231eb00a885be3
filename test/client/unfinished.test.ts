import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UnfinishedStarts, newMemory } from '../../src/client/session-memory.ts';
import { MatchingError } from '../../src/client/index.ts';
import { startRestStub } from '../support/rest-stub.ts';
import { error, PARENT, question, results, SESSION, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

describe('a start whose connection was lost', () => {
  test('is gone on with by the same call: nothing is told or answered twice, and open questions are asked again', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [update(1), question(2, 0), question(4, 1), results(6)]);
    let isDown = false;
    stub.onStart = (stream, { lastEventId }) =>
      isDown ? stream.refuse('cut') : session.serve(stream, Number(lastEventId ?? 0), 4);
    const client = new RecordingClient(stub.url, { retries: 2 });
    client.answer = ({ interaction_id: id }, { signal }) => {
      if (id === 'interaction_0') return { address: 'first' };
      isDown = true;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
    };
    const options = { limit: 5, maxDistanceKm: 15 };
    expect(await rejectionOf(client.startMatching(PARENT, options))).toMatchObject({ code: 'NETWORK_ERROR' });
    isDown = false;
    client.answer = () => ({ address: 'second' });
    stub.onStart = (stream, { lastEventId }) => session.serve(stream, Number(lastEventId ?? 0));
    await client.startMatching(PARENT, { maxDistanceKm: 15, limit: 5, locale: undefined });
    expect(client.told).toEqual([
      'update 1',
      'question interaction_0',
      'update 3',
      'question interaction_1',
      'question interaction_1',
      'update 5',
      'results',
    ]);
    expect(stub.answers.map(({ body }) => (body['response_data'] as { address: string }).address)).toEqual([
      'first',
      'second',
    ]);
    expect(new Set(stub.starts.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(stub.starts.at(-1)?.lastEventId).toBe('4');
  });

  test('is no part of a start with other options, for another parent or under a session id', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => (index === 0 ? stream.sendAndCut(update(1)) : stream.send(results(1)));
    const client = new RecordingClient(stub.url, { retries: 1 });
    stub.onStart = (stream, _start, index) => {
      if (index === 0) stream.sendAndCut(update(1));
      else if (index === 1) stream.refuse('cut');
      else stream.send(results(1));
    };
    await rejectionOf(client.startMatching(PARENT));
    await client.startMatching(PARENT, { limit: 3 });
    await client.startMatching(PARENT.replace('1', '2'));
    await client.startMatching(PARENT, { sessionId: SESSION });
    const ids = stub.starts.slice(1).map(({ body }) => body['session_id']);
    expect(new Set(ids).size).toBe(4);
    expect(stub.starts.slice(2).map(({ lastEventId }) => lastEventId)).toEqual([null, null, null]);
  });

  test('is forgotten at the end of its session', async () => {
    for (const last of [results(2), error('session_cancelled', 2)]) {
      await using stub = await startRestStub();
      stub.onStart = (stream, _start, index) => {
        if (index === 0) stream.sendAndCut(update(1));
        else if (index === 1) stream.refuse('cut');
        else stream.send(last);
      };
      const client = new RecordingClient(stub.url, { retries: 1 });
      await rejectionOf(client.startMatching(PARENT));
      await client.startMatching(PARENT).catch(() => undefined);
      await client.startMatching(PARENT).catch(() => undefined);
      const ids = stub.starts.map(({ body }) => body['session_id']);
      expect(ids[2]).toBe(ids[0]);
      expect(ids[3]).not.toBe(ids[0]);
    }
  });

  test('that the service has forgotten is SESSION_TIMEOUT once, and then a new one', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, { lastEventId }, index) => {
      if (index === 0) stream.sendAndCut(update(1));
      else if (index === 1) stream.refuse('cut');
      else if (lastEventId === '1') stream.refuse({ status: 404, body: error('session_not_found', 0) });
      else stream.send(results(1));
    };
    const client = new RecordingClient(stub.url, { retries: 1 });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'SESSION_TIMEOUT' });
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'results']);
  });

  test('is kept beside another of the same arguments', () => {
    const unfinished = new UnfinishedStarts();
    const lost = new MatchingError('NETWORK_ERROR', 'lost');
    for (const id of ['first', 'second']) unfinished.keepAfter(lost, 'key', newMemory(id));
    expect([1, 2, 3].map(() => unfinished.take('key')?.sessionId)).toEqual(['first', 'second', undefined]);
  });

  test('has an id that is a random UUID, also in a page without TLS, which has no randomUUID', () => {
    vi.spyOn(crypto, 'randomUUID').mockImplementation(() => {
      throw new TypeError('crypto.randomUUID is not a function');
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const ids = Array.from({ length: 50 }, () => newMemory().sessionId);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    expect(new Set(ids).size).toBe(50);
  });

  test('is kept among a hundred others, the oldest of which go', () => {
    const unfinished = new UnfinishedStarts();
    const lost = new MatchingError('NETWORK_ERROR', 'lost');
    for (let index = 0; index <= 100; index += 1) unfinished.keepAfter(lost, `${index}`, newMemory(`${index}`));
    expect(unfinished.take('0')).toBeNull();
    expect(unfinished.take('1')?.sessionId).toBe('1');
    expect(unfinished.take('1')).toBeNull();
  });
});
