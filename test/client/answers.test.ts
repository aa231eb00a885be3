import { describe, expect, test } from 'vitest';
import { MatchingStreamClient, type ResponseData, type UserInteractionMessage } from '../../src/client/index.ts';
import { received, startRestStub, type StubReply } from '../support/rest-stub.ts';
import { error, OPTIONS, PARENT, question, results, SESSION, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

const MISFIT: StubReply = {
  status: 422,
  body: error('invalid_response', 0, { issues: [{ path: 'response_data.address', message: 'must be a text' }] }),
};

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('an answer', () => {
  test('goes to its question, as what the handler returned', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0, { type: 'confirmation' }), results(3)]);
    const client = new RecordingClient(stub.url, { headers: { authorization: 'Bearer one' } });
    client.answer = async () => ({ confirmed: true });
    await client.startMatching(PARENT, { sessionId: SESSION });
    expect(stub.answers[0]?.headers.authorization).toBe('Bearer one');
    expect(stub.answers[0]?.body).toEqual({
      session_id: SESSION,
      interaction_id: 'interaction_0',
      response_type: 'confirmation',
      response_data: { confirmed: true },
    });
  });

  test('comes from the method for the type of the question', async () => {
    class Answering extends MatchingStreamClient {
      override handleLocationInput(): ResponseData {
        return { latitude: 52.5, longitude: 13.4, source: 'user_coordinates' };
      }
      override async handleConfirmation(): Promise<ResponseData> {
        return { declined: true };
      }
      override handleChoice({ options }: UserInteractionMessage): ResponseData {
        return { selected_option: options?.[0] ?? { value: 'none' } };
      }
      override handleProcessingUpdate(): void {}
      override handleMatchResults(): void {}
    }
    await using stub = await startRestStub();
    const asked = [question(1, 0), question(3, 1, { type: 'confirmation' }), question(5, 2, { type: 'choice' })];
    void new StubSession(stub, [...asked, results(7)]);
    await new Answering(stub.url, { terminal: null }).startMatching(PARENT);
    expect(stub.answers.map(({ body }) => body['response_data'])).toEqual([
      { latitude: 52.5, longitude: 13.4, source: 'user_coordinates' },
      { declined: true },
      { selected_option: OPTIONS[0] },
    ]);
  });

  test('is given while the stream is read on', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => {
      stream.send(question(1, 0));
      setTimeout(() => stream.send(update(2)), 10);
      setTimeout(() => stream.send(update(3)), 20);
      stub.onAnswer = () => {
        stream.send(results(4));
        return received('interaction_0');
      };
    };
    const client = new RecordingClient(stub.url);
    client.answer = async () => {
      while (!client.told.includes('update 3')) await new Promise((resolve) => setTimeout(resolve, 5));
      return { declined: true };
    };
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['question interaction_0', 'update 2', 'update 3', 'results']);
  });

  test('is asked for one question after another', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => {
      for (const message of [question(1, 0), question(2, 1)]) stream.send(message);
      stub.onAnswer = (_answer, index) => {
        if (index === 1) stream.send(results(3));
        return received('interaction_0');
      };
    };
    const client = new RecordingClient(stub.url);
    let asking = 0;
    client.answer = async () => {
      asking += 1;
      expect(asking).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      asking -= 1;
      return { declined: true };
    };
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['question interaction_0', 'question interaction_1', 'results']);
  });

  test('is asked for no more when another device gave it: the handler is told, and what it returns is dropped', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), question(3, 1), results(5)]);
    const client = new RecordingClient(stub.url);
    const first = Promise.withResolvers<void>();
    client.answer = async ({ interaction_id: id }, { signal }) => {
      if (id === 'interaction_0') {
        setTimeout(() => session.answerElsewhere(), 10);
        await aborted(signal);
        first.resolve();
      }
      return { address: id };
    };
    await client.startMatching(PARENT);
    await first.promise;
    expect(stub.answers.map(({ body }) => body['interaction_id'])).toEqual(['interaction_1']);
    expect(client.told).toEqual([
      'question interaction_0',
      'update 2',
      'question interaction_1',
      'update 4',
      'results',
    ]);
  });

  test('is not waited for from a handler that heeds no signal, and its late failure harms nobody', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), question(3, 1), results(5)]);
    const client = new RecordingClient(stub.url);
    const late = Promise.withResolvers<ResponseData>();
    client.answer = ({ interaction_id: id }) => {
      if (id === 'interaction_1') return { declined: true };
      setTimeout(() => session.answerElsewhere(), 10);
      return late.promise;
    };
    await client.startMatching(PARENT);
    late.reject(new Error('too late'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(client.told).toEqual([
      'question interaction_0',
      'update 2',
      'question interaction_1',
      'update 4',
      'results',
    ]);
    expect(stub.answers.map(({ body }) => body['interaction_id'])).toEqual(['interaction_1']);
  });

  test('is not asked for where what was read together with the question closes it', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) =>
      stream.raw(
        [question(1, 0), update(2, 'interaction_0'), results(3)]
          .map((message) => `id: ${message.sequence}\ndata: ${JSON.stringify(message)}\n\n`)
          .join(''),
      );
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 2', 'results']);
  });

  test('that another was quicker than, or that came too late, is no error: the stream says what happened', async () => {
    for (const [status, code] of [
      [409, 'interaction_already_answered'],
      [410, 'user_interaction_timeout'],
    ] as const) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => {
        stream.send(question(1, 0));
        stub.onAnswer = () => {
          setTimeout(() => stream.send(results(2)), 10);
          return { status, body: error(code, 0) };
        };
      };
      const client = new RecordingClient(stub.url);
      await client.startMatching(PARENT);
      expect(client.told).toEqual(['question interaction_0', 'results']);
      expect(stub.answers).toHaveLength(1);
    }
  });

  test('counts as given only when the service says so, and not when a page to log in comes instead', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), results(3)]);
    stub.onAnswer = () => ({ status: 200, body: { login: '/' } });
    const client = new RecordingClient(stub.url);
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'NETWORK_ERROR' });
    stub.onAnswer = (answer) => session.take(answer);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['question interaction_0', 'question interaction_0', 'update 2', 'results']);
  });

  test('that does not fit is asked for again with the reasons, until it fits', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), results(3)]);
    stub.onAnswer = (answer, index) => (index < 2 ? MISFIT : session.take(answer));
    const client = new RecordingClient(stub.url);
    client.answer = (_message, { issues }) => ({ address: issues[0]?.message ?? 'first' });
    await client.startMatching(PARENT);
    const sent = stub.answers.map(({ body }) => (body['response_data'] as { address: string }).address);
    expect(sent).toEqual(['first', 'must be a text', 'must be a text']);
  });

  test('of code that does not fit three times ends the start with invalid_response', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), results(3)]);
    stub.onAnswer = () => MISFIT;
    const client = new RecordingClient(stub.url);
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({
      code: 'invalid_response',
      details: { issues: [{ message: 'must be a text' }] },
    });
    expect(stub.answers).toHaveLength(3);
  });

  test('that is refused for good ends the start with the code of the service', async () => {
    for (const [status, said, code] of [
      [401, 'unauthenticated', 'unauthenticated'],
      [404, 'interaction_not_found', 'interaction_not_found'],
      [404, 'session_not_found', 'SESSION_TIMEOUT'],
      [500, 'processing_error', 'processing_error'],
    ] as const) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0), results(3)]);
      stub.onAnswer = () => ({ status, body: error(said, 0) });
      const client = new RecordingClient(stub.url);
      expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code });
      expect(stub.answers).toHaveLength(1);
    }
  });

  test('that cannot be sent ends the start with NETWORK_ERROR, and is asked for again by the next one', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [update(1), question(2, 0), results(4)]);
    stub.onAnswer = () => 'cut';
    const client = new RecordingClient(stub.url, { retries: 3 });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(stub.answers).toHaveLength(3);
    stub.onAnswer = (answer) => session.take(answer);
    await client.startMatching(PARENT);
    expect(client.told).toEqual([
      'update 1',
      'question interaction_0',
      'question interaction_0',
      'update 3',
      'results',
    ]);
  });
});
