import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { ERROR_CODES } from '../../src/protocol.ts';
import { MatchingError, MatchingStreamClient, type ResponseData } from '../../src/client/index.ts';
import { FrameTooLongError } from '../../src/client/frame-parser.ts';
import { startRestStub } from '../support/rest-stub.ts';
import { startEndlessServer } from './endless-server.ts';
import { error, PARENT, question, results, SESSION, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

const RETRIED = new Set<string>(['rate_limited', 'unavailable']);

describe('an error', () => {
  test.each(ERROR_CODES.filter((code) => ERRORS[code].status !== null && !RETRIED.has(code)))(
    '%s instead of a stream is thrown at once, with the code and the details of the service',
    async (code) => {
      await using stub = await startRestStub();
      const body = { ...error(code, 0, { parent_id: PARENT }), session_id: null };
      stub.onStart = (stream) => stream.refuse({ status: ERRORS[code].status ?? 500, body });
      const client = new RecordingClient(stub.url);
      const thrown = await rejectionOf(client.startMatching(PARENT, { sessionId: SESSION }));
      expect(thrown).toBeInstanceOf(MatchingError);
      expect(thrown).toMatchObject({
        name: 'MatchingError',
        code: code === 'user_interaction_timeout' ? 'SESSION_TIMEOUT' : code,
        message: ERRORS[code].message,
        sessionId: SESSION,
        details: { parent_id: PARENT },
      });
      expect(stub.starts).toHaveLength(1);
      expect(client.told).toEqual([]);
    },
  );

  test.each(ERROR_CODES.filter((code) => ERRORS[code].fatal))(
    '%s at the end of a session is handled, and then thrown',
    async (code) => {
      await using stub = await startRestStub();
      stub.onStart = (stream) => {
        for (const message of [update(1), error(code, 2, { failed_stage: 'finding_centers' })]) stream.send(message);
      };
      const client = new RecordingClient(stub.url);
      const isTimeout = code === 'user_interaction_timeout' || code === 'session_not_found';
      expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({
        code: isTimeout ? 'SESSION_TIMEOUT' : code,
        details: { failed_stage: 'finding_centers' },
        sessionId: SESSION,
      });
      expect(client.told).toEqual(['update 1', `error ${code}`]);
    },
  );

  test('that is not fatal is handled, and the session goes on', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [error('geocoding_failed', 1), results(2)]);
    const client = new RecordingClient(stub.url);
    await client.startMatching(PARENT);
    expect(client.told).toEqual(['error geocoding_failed', 'results']);
  });

  test('of a token that expired mid-stream is thrown, and a new start goes on with the session', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      stream.send(index === 0 ? update(1) : results(2));
      stream.send(error('unauthenticated', 0));
      stream.end();
    };
    const client = new RecordingClient(stub.url);
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'unauthenticated' });
    await client.startMatching(PARENT, { headers: { authorization: 'Bearer new' } });
    expect(stub.starts[1]?.lastEventId).toBe('1');
    expect(stub.starts[1]?.body).toEqual(stub.starts[0]?.body);
  });

  test('is SESSION_TIMEOUT where the session that is resumed is known no more, or had ended', async () => {
    for (const refusal of [{ status: 404, body: error('session_not_found', 0) }, { status: 204 }]) {
      await using stub = await startRestStub();
      stub.onStart = (stream, _start, index) => (index === 0 ? stream.sendAndCut(update(1)) : stream.refuse(refusal));
      const client = new RecordingClient(stub.url);
      expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'SESSION_TIMEOUT' });
      expect(stub.starts).toHaveLength(2);
    }
  });

  test('is NETWORK_ERROR, without another attempt, where something else answers', async () => {
    for (const refusal of [
      { status: 404, body: { detail: 'Not Found' } },
      { status: 200, body: { hello: 'world' } },
      { status: 501, body: { error_code: 'processing_error' } },
      { status: 204 },
    ]) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => stream.refuse(refusal);
      const thrown = await rejectionOf(new RecordingClient(stub.url).startMatching(PARENT));
      expect(thrown).toMatchObject({ code: 'NETWORK_ERROR', message: expect.stringContaining(`${refusal.status}`) });
      expect(stub.starts).toHaveLength(1);
    }
  });

  test.each([
    [200, 'text/html', '<html>'],
    [404, 'text/html', '<html>'],
    [404, 'application/json', 'x'.repeat(2 * 1024 * 1024)],
  ])('is NETWORK_ERROR at once where a %i of %s answers that never ends', async (status, type, body) => {
    await using server = await startEndlessServer(status, type, body);
    const thrown = await rejectionOf(new RecordingClient(server.url).startMatching(PARENT));
    expect(thrown).toMatchObject({ code: 'NETWORK_ERROR', message: expect.stringContaining(`${status}`) });
    await server.left();
  });

  test('is shown on one line, whatever the service said', async () => {
    await using stub = await startRestStub();
    const body = { ...error('invalid_request', 0), message: 'one\u001B[2J\r\ntwo' };
    stub.onStart = (stream) => stream.refuse({ status: 400, body });
    const thrown = await rejectionOf(new RecordingClient(stub.url).startMatching(PARENT));
    expect(thrown).toMatchObject({ message: 'one [2J two' });
  });

  test('is NETWORK_ERROR where messages lack what belongs to their type, and no handler hears of them', async () => {
    for (const message of [
      null,
      { type: 5 },
      { type: 'processing_update', details: 'no progress' },
      { type: 'user_interaction', session_id: SESSION },
      { type: 'match_results', offers: [] },
      { type: 'error', fatal: true, error_code: 'unavailable', message: 'no details' },
    ]) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => {
        stream.raw(`data: ${JSON.stringify(message)}\n\n`);
        stream.end();
      };
      const client = new RecordingClient(stub.url, { retries: 2 });
      expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'NETWORK_ERROR' });
      expect(client.told).toEqual([]);
    }
  });

  test('says at once what cannot be sent, and does not quote a header that may be a secret', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), results(3)]);
    const client = new RecordingClient(stub.url);
    const thrown = await rejectionOf(client.startMatching(PARENT, { headers: { authorization: 'Bearer \n€' } }));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(String(thrown)).toContain('"authorization"');
    expect(String(thrown)).not.toContain('Bearer');
    expect(stub.starts).toHaveLength(0);
    const circular: Record<string, unknown> = {};
    circular['address'] = circular;
    client.answer = () => circular as unknown as ResponseData;
    expect(await rejectionOf(client.startMatching(PARENT))).toBeInstanceOf(TypeError);
    expect(client.told).toEqual(['question interaction_0']);
  });

  test('of a handler ends the start as it is, and closes the stream', async () => {
    const thrown = new Error('of the handler');
    const fail = (): never => {
      throw thrown;
    };
    const handlers = ['handleProcessingUpdate', 'handleKeepalive', 'handleError', 'handleMatchResults'] as const;
    for (const name of [...handlers, 'handleUserInteraction', 'handleLocationInput'] as const) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => {
        for (const message of [update(1), error('geocoding_failed', 2), question(3, 0)]) stream.send(message);
        stream.raw('data: {"type":"keepalive","session_id":"a"}\n\n');
        if (name === 'handleMatchResults') stream.send(results(4));
      };
      const client = new MatchingStreamClient(stub.url, { terminal: null, retries: 2 });
      for (const quiet of handlers) client[quiet] = () => undefined;
      if (name === 'handleMatchResults') client.handleUserInteraction = () => new Promise(() => undefined);
      client[name] = fail;
      expect(await rejectionOf(client.startMatching(PARENT))).toBe(thrown);
      await stub.closed();
      expect(stub.starts).toHaveLength(1);
    }
  });

  test('of a question handler that comes later ends the start too, and the next start is another session', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), results(3)]);
    const client = new RecordingClient(stub.url);
    const thrown = new Error('later');
    client.answer = () => new Promise((_resolve, reject) => setTimeout(() => reject(thrown), 5));
    expect(await rejectionOf(client.startMatching(PARENT))).toBe(thrown);
    await stub.closed();
    client.answer = () => ({ declined: true });
    await client.startMatching(PARENT);
    expect(stub.starts[1]?.body['session_id']).not.toBe(stub.starts[0]?.body['session_id']);
  });

  test('is thrown for a message without end', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.raw(`data: ${'x'.repeat(17 * 1024 * 1024)}`);
    const thrown = await rejectionOf(new RecordingClient(stub.url).startMatching(PARENT));
    expect(thrown).toMatchObject({ code: 'NETWORK_ERROR', cause: expect.any(FrameTooLongError) });
    await stub.closed();
  });

  test('never quotes what came, which may hold a place', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => {
      stream.raw('data: {"question": "Potsdamer Platz 1\n\n');
      stream.end();
    };
    const thrown = await rejectionOf(new RecordingClient(stub.url, { retries: 1 }).startMatching(PARENT));
    expect(thrown).toMatchObject({ code: 'NETWORK_ERROR' });
    const said = (one: unknown): string => (one instanceof Error ? `${one.stack} ${said(one.cause)}` : '');
    expect(said(thrown)).toContain('not JSON');
    expect(said(thrown)).not.toContain('Potsdamer');
  });

  test('says that a base URL is none', () => {
    for (const url of ['', 'localhost:8001', '/api', 'ftp://127.0.0.1']) {
      expect(() => new MatchingStreamClient(url)).toThrow(TypeError);
    }
  });
});
