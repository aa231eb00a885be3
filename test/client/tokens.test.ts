import { describe, expect, test } from 'vitest';
import { MatchingError } from '../../src/client/index.ts';
import { type RestStub, startRestStub, type StubReply } from '../support/rest-stub.ts';
import { error, PARENT, question, results, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

const REFUSED: StubReply = { status: 401, body: error('unauthenticated', 0) };

/** A source of tokens, `token-1` and so on, that notes what it was asked with. */
function counting() {
  const asked: (string | undefined)[] = [];
  const source = async (refused?: string): Promise<string> => {
    asked.push(refused);
    return `token-${asked.length}`;
  };
  return { source, asked };
}

/** The tokens of the starts that came. */
function shown(stub: RestStub): (string | undefined)[] {
  return stub.starts.map(({ headers }) => headers.authorization);
}

describe('a token', () => {
  test('goes with every request: the start, the next connection and the answer', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [update(1), question(2, 0), results(4)]);
    stub.onStart = (stream, { lastEventId }, index) =>
      session.serve(stream, Number(lastEventId ?? 0), index === 0 ? 1 : undefined);
    const client = new RecordingClient(stub.url, { token: 'secret', headers: { Authorization: 'Basic x' } });
    await client.startMatching(PARENT);
    const sent = [...shown(stub), ...stub.answers.map(({ headers }) => headers.authorization)];
    expect(sent).toEqual(['Bearer secret', 'Bearer secret', 'Bearer secret']);
  });

  test('is none where none is given', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [results(1)]);
    await new RecordingClient(stub.url).startMatching(PARENT);
    expect(shown(stub)).toEqual([undefined]);
  });

  test('that cannot be sent is said to be so, and is not shown', async () => {
    await using stub = await startRestStub();
    const thrown = await rejectionOf(new RecordingClient(stub.url, { token: 'se\ncret' }).startMatching(PARENT));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(String(thrown)).not.toContain('se\ncret');
    expect(stub.starts).toEqual([]);
  });

  test('that is refused ends the start, which goes on with the same session later', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => (index === 0 ? stream.refuse(REFUSED) : stream.send(results(1)));
    const client = new RecordingClient(stub.url, { token: 'secret' });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'unauthenticated' });
    await client.startMatching(PARENT);
    expect(new Set(stub.starts.map(({ body }) => body['session_id'])).size).toBe(1);
    expect(stub.starts).toHaveLength(2);
  });
});

describe('a source of tokens', () => {
  test('is asked before every request', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), results(3)]);
    const { source, asked } = counting();
    await new RecordingClient(stub.url, { token: source }).startMatching(PARENT);
    expect(asked).toEqual([undefined, undefined]);
    expect([shown(stub), stub.answers[0]?.headers.authorization]).toEqual([['Bearer token-1'], 'Bearer token-2']);
  });

  test('is asked once more, with the token that was refused, for a start and for an answer', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), results(3)]);
    stub.onStart = (stream, _start, index) => (index === 0 ? stream.refuse(REFUSED) : session.serve(stream, 0));
    stub.onAnswer = (answer, index) => (index === 0 ? REFUSED : session.take(answer));
    const { source, asked } = counting();
    const client = new RecordingClient(stub.url, { token: source });
    await client.startMatching(PARENT);
    expect(asked).toEqual([undefined, 'token-1', undefined, 'token-3']);
    expect(stub.answers.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-3', 'Bearer token-4']);
    expect(client.told).toEqual(['question interaction_0', 'update 2', 'results']);
  });

  test('is asked no third time: what is refused twice is refused', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.refuse(REFUSED);
    const { source, asked } = counting();
    const thrown = await rejectionOf(new RecordingClient(stub.url, { token: source }).startMatching(PARENT));
    expect(thrown).toBeInstanceOf(MatchingError);
    expect(thrown).toMatchObject({ code: 'unauthenticated', details: { retry_after_ms: null } });
    expect(asked).toEqual([undefined, 'token-1']);
  });

  test('gives another token where one expires in the middle of a stream, which goes on after its cursor', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      stream.send(index === 0 ? update(1) : results(2));
      if (index === 0) stream.send(error('unauthenticated', 0));
      stream.end();
    };
    const { source } = counting();
    const client = new RecordingClient(stub.url, { token: source });
    await client.startMatching(PARENT);
    expect(stub.starts.map(({ lastEventId }) => lastEventId)).toEqual([null, '1']);
    expect(shown(stub)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(client.told).toEqual(['update 1', 'results']);
  });

  test('that only ever has tokens that have expired is not asked for ever', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => {
      stream.send(error('unauthenticated', 0));
      stream.end();
    };
    const { source, asked } = counting();
    const client = new RecordingClient(stub.url, { token: source, retries: 3 });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'unauthenticated' });
    expect(asked).toHaveLength(3);
  });

  test('that fails ends the start with its error as the cause, and the next one goes on with the session', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [update(1), results(2)]);
    stub.onStart = (stream, { lastEventId }, index) =>
      session.serve(stream, Number(lastEventId ?? 0), index === 0 ? 1 : undefined);
    const failure = new Error('logged out');
    let calls = 0;
    const token = (): string => {
      calls += 1;
      if (calls === 2) throw failure;
      return 'secret';
    };
    const client = new RecordingClient(stub.url, { token });
    const thrown = await rejectionOf(client.startMatching(PARENT));
    expect(thrown).toMatchObject({ code: 'unauthenticated', sessionId: expect.any(String), cause: failure });
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'results']);
    expect(new Set(stub.starts.map(({ body }) => body['session_id'])).size).toBe(1);
  });

  test('that gives nothing is left when the caller leaves', async () => {
    await using stub = await startRestStub();
    const leaving = new AbortController();
    const never = Promise.withResolvers<string>().promise;
    const client = new RecordingClient(stub.url, { token: () => never });
    const start = rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }));
    leaving.abort(new Error('enough'));
    expect(await start).toMatchObject({ message: 'enough' });
    expect(stub.starts).toEqual([]);
  });
});

test('a stream whose only token expires ends the start, and the same call goes on after its cursor', async () => {
  await using stub = await startRestStub();
  stub.onStart = (stream, _start, index) => {
    stream.send(index === 0 ? update(1) : results(2));
    if (index === 0) stream.send(error('unauthenticated', 0));
    stream.end();
  };
  const client = new RecordingClient(stub.url, { token: 'secret' });
  expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'unauthenticated' });
  await client.startMatching(PARENT);
  expect(stub.starts.map(({ lastEventId }) => lastEventId)).toEqual([null, '1']);
});
