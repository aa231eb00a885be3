import { describe, expect, test } from 'vitest';
import { received, startRestStub, type StubStream } from '../support/rest-stub.ts';
import { error, KEEPALIVE, PARENT, question, results, SESSION, update } from './messages.ts';
import { ManualClientClock, until } from './manual-client-clock.ts';
import { RecordingClient } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

const SCRIPT = [update(1), update(2), question(3, 0), update(5), question(6, 1), results(8)];
const TOLD = [
  'update 1',
  'update 2',
  'question interaction_0',
  'update 4',
  'update 5',
  'question interaction_1',
  'update 7',
  'results',
];

describe('a session', () => {
  test('is started with the options that were given, and an id of its own', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [results(1)]);
    const client = new RecordingClient(`${stub.url}/`, { headers: { Authorization: 'Bearer one', 'x-a': 'b' } });
    const options = { limit: 5, maxDistanceKm: 15, locale: undefined, headers: { authorization: 'Bearer two' } };
    expect(await client.startMatching(PARENT, options)).toEqual(session.log[0]);
    const [start] = stub.starts;
    expect(start?.body).toEqual({
      parent_id: PARENT,
      limit: 5,
      max_distance_km: 15,
      session_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
    });
    expect(start?.headers).toMatchObject({ authorization: 'Bearer two', 'x-a': 'b', accept: 'text/event-stream' });
    expect(start?.lastEventId).toBeNull();
  });

  test('takes every option by the name that the service gives it', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [results(1)]);
    const given = { includeFullCenters: true, includeExplanations: false, locale: 'de', sessionId: SESSION } as const;
    await new RecordingClient(stub.url).startMatching(PARENT, given);
    expect(stub.starts[0]?.body).toEqual({
      parent_id: PARENT,
      include_full_centers: true,
      include_explanations: false,
      locale: 'de',
      session_id: SESSION,
    });
  });

  test('tells each message once, in order, whatever its connection does after any number of messages', async () => {
    for (const most of [1, 2, 3, 5, 8]) {
      await using stub = await startRestStub();
      const session = new StubSession(stub, SCRIPT);
      stub.onStart = (stream, { lastEventId }) => session.serve(stream, Number(lastEventId ?? 0), most);
      const client = new RecordingClient(stub.url);
      await client.startMatching(PARENT);
      expect(client.told, `cut after ${most}`).toEqual(TOLD);
      expect(stub.answers.map(({ body }) => body['interaction_id'])).toEqual(['interaction_0', 'interaction_1']);
      expect(new Set(stub.starts.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    }
  });

  test('is resumed after each single place that its connection can be cut at', async () => {
    for (let place = 1; place <= TOLD.length; place += 1) {
      await using stub = await startRestStub();
      const session = new StubSession(stub, SCRIPT);
      stub.onStart = (stream, { lastEventId }, index) =>
        session.serve(stream, Number(lastEventId ?? 0), index === 0 ? place : undefined);
      const client = new RecordingClient(stub.url);
      await client.startMatching(PARENT);
      expect(client.told, `cut after ${place}`).toEqual(TOLD);
      const cursors = stub.starts.map(({ lastEventId }) => lastEventId);
      expect(cursors).toEqual(place === TOLD.length ? [null] : [null, String(place)]);
    }
  });

  test('is resumed when its stream ends without a last message, or in the middle of one', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      if (index === 0) stream.send(update(1));
      if (index === 1) stream.raw(`id: 2\ndata: ${JSON.stringify(results(2))}\n`);
      if (index === 2) stream.send(results(2));
      stream.end();
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'results']);
    expect(stub.starts.map(({ lastEventId }) => lastEventId)).toEqual([null, '1', '1']);
  });

  test('drops messages that it has seen, and reads those that are cut into single bytes', async () => {
    await using stub = await startRestStub();
    stub.onStart = async (stream, _start, index) => {
      for (const message of [update(1), update(2)]) stream.send(message);
      if (index === 0) return stream.cut();
      for (const character of `id: 3\r\ndata: ${JSON.stringify(results(3))}\r\n\r\n`) {
        stream.raw(character);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'update 2', 'results']);
  });

  test('is resumed after a silence, and not while keepalives come', async () => {
    await using stub = await startRestStub();
    const streams: StubStream[] = [];
    stub.onStart = (stream, _start, index) => {
      streams.push(stream);
      stream.send(update(index + 1));
    };
    const clock = new ManualClientClock();
    const client = new RecordingClient(stub.url, { clock });
    const results3 = client.startMatching(PARENT);
    for (const beats of [1, 2, 3]) {
      await until(() => client.told.length === beats);
      clock.advance(74_000);
      streams[0]?.send(KEEPALIVE);
    }
    await until(() => client.told.length === 4);
    clock.advance(75_000);
    await stub.closed();
    // The pause before the next attempt.
    clock.advance(10);
    await until(() => client.told.length === 5);
    streams[1]?.send(results(3));
    await results3;
    expect(client.told).toEqual(['update 1', 'keepalive', 'keepalive', 'keepalive', 'update 2', 'results']);
    expect(stub.starts.map(({ lastEventId }) => lastEventId)).toEqual([null, '1']);
  });

  test('is resumed when not even the headers of a stream come', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => (index === 0 ? undefined : stream.send(results(1)));
    const clock = new ManualClientClock();
    const client = new RecordingClient(stub.url, { clock, silenceMs: 1000 });
    const done = client.startMatching(PARENT);
    await until(() => stub.starts.length === 1);
    clock.advance(1000);
    await stub.closed();
    clock.advance(10);
    await done;
    expect(client.told).toEqual(['results']);
  });

  test('does not take the time of a slow handler for silence', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), results(2)]);
    const clock = new ManualClientClock();
    const client = new RecordingClient(stub.url, { clock });
    client.handleProcessingUpdate = () => clock.advance(3_600_000);
    await client.startMatching(PARENT);
    expect(stub.starts).toHaveLength(1);
  });

  test('begins anew from the first message when the service lost its history', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      if (index === 0) for (const message of [update(1), update(2), update(3)]) stream.send(message);
      if (index === 0) return stream.cut();
      for (const message of [error('history_lost', 0), update(1), results(2)]) stream.send(message);
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'update 2', 'update 3', 'error history_lost', 'update 1', 'results']);
  });

  test('asks again what is asked again after its history was lost', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      if (index === 0) for (const message of [question(1, 0), update(2, 'interaction_0')]) stream.send(message);
      if (index === 0) return stream.cut();
      for (const message of [error('history_lost', 0), question(1, 0)]) stream.send(message);
      stub.onAnswer = ({ body }) => {
        stream.send(results(2));
        return received(body['interaction_id']);
      };
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(stub.answers.length).toBeGreaterThanOrEqual(1);
    expect(client.told.at(-1)).toBe('results');
  });

  test('goes on where a message is broken, and passes over types that it does not know', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      stream.raw('event: other\ndata: not for us\n\ndata: {"type":"of_a_later_version"}\n\n');
      stream.send(update(1));
      stream.raw(index === 0 ? 'id: 2\ndata: {"type":\n\n' : '');
      stream.send(results(2));
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['update 1', 'results']);
    expect(stub.starts[1]?.lastEventId).toBe('1');
  });

  test('that is closed by a service which is going away is resumed elsewhere, and no handler hears of it', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, SCRIPT);
    stub.onStart = (stream, { lastEventId }, index) => {
      if (index > 0) return session.serve(stream, Number(lastEventId));
      stream.send(update(1));
      stream.send({ ...error('unavailable', 0), details: { ...error('unavailable', 0).details, retry_after_ms: 5 } });
      stream.end();
    };
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(TOLD);
  });
});
