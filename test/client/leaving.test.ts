import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  type ErrorMessage,
  type HandlerContext,
  type MatchResultsMessage,
  MatchingStreamClient,
  type ProcessingUpdateMessage,
  type ResponseData,
  type RestMessage,
  type UserInteractionMessage,
} from '../../src/client/index.ts';
import { startRestStub, type StubStream } from '../support/rest-stub.ts';
import { error, PARENT, question, results, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';

const SCRIPT: readonly RestMessage[] = [update(1), error('geocoding_failed', 2), question(3, 0), results(4)];

/** The handler of one of the messages leaves, and never returns; the others return at once. */
class HangingClient extends MatchingStreamClient {
  readonly #at: number;
  readonly #leave: () => void;

  constructor(url: string, at: number, leave: () => void) {
    super(url, { terminal: null });
    this.#at = at;
    this.#leave = leave;
  }

  override async handleProcessingUpdate({ sequence }: ProcessingUpdateMessage): Promise<void> {
    return this.#hang(sequence, undefined);
  }

  override async handleError({ sequence }: ErrorMessage): Promise<void> {
    return this.#hang(sequence, undefined);
  }

  override async handleUserInteraction({ sequence }: UserInteractionMessage): Promise<ResponseData> {
    return this.#hang(sequence, { declined: true });
  }

  override async handleMatchResults({ sequence }: MatchResultsMessage): Promise<void> {
    return this.#hang(sequence, undefined);
  }

  async #hang<T>(sequence: number, value: T): Promise<T> {
    if (sequence !== this.#at) return value;
    this.#leave();
    return new Promise(() => undefined);
  }
}

describe('leaving', () => {
  test('before the start sends nothing', async () => {
    await using stub = await startRestStub();
    const reason = new Error('left');
    const client = new RecordingClient(stub.url);
    expect(await rejectionOf(client.startMatching(PARENT, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(stub.starts).toEqual([]);
  });

  test('while nothing was answered yet, and while an answer is being sent, closes the connection', async () => {
    for (const place of ['start', 'answer']) {
      await using stub = await startRestStub();
      const leaving = new AbortController();
      const leave = (): void => leaving.abort();
      stub.onStart = (stream) => (place === 'start' ? leave() : stream.send(question(1, 0)));
      stub.onAnswer = async () => {
        leave();
        return new Promise(() => undefined);
      };
      const client = new RecordingClient(stub.url);
      const thrown = await rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }));
      expect(thrown).toBe(leaving.signal.reason);
      await stub.closed();
    }
  });

  test('between any two messages closes the connection, and no handler hears of anything any more', async () => {
    for (let place = 0; place < SCRIPT.length; place += 1) {
      await using stub = await startRestStub();
      const leaving = new AbortController();
      const streams: StubStream[] = [];
      stub.onStart = (stream) => {
        streams.push(stream);
        for (const message of SCRIPT.slice(0, place)) stream.send(message);
        setTimeout(() => leaving.abort('enough'), 20);
      };
      const client = new RecordingClient(stub.url);
      client.answer = () => new Promise(() => undefined);
      expect(await rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }))).toBe('enough');
      const told = client.told.length;
      await stub.closed();
      expect(client.told).toHaveLength(told);
      expect(client.contexts.every(({ signal }) => signal.aborted)).toBe(true);
    }
  });

  test('within any handler, also one that never returns, ends the start', async () => {
    for (let place = 1; place <= SCRIPT.length; place += 1) {
      await using stub = await startRestStub();
      const leaving = new AbortController();
      stub.onStart = (stream) => {
        for (const message of SCRIPT.slice(0, place)) stream.send(message);
      };
      const client = new HangingClient(stub.url, place, () => leaving.abort('enough'));
      expect(await rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }))).toBe('enough');
      await stub.closed();
    }
  });

  test('during the pause between two attempts leaves no timer', async () => {
    await using stub = await startRestStub();
    const leaving = new AbortController();
    stub.onStart = (stream) => {
      setTimeout(() => leaving.abort('enough'), 20);
      stream.refuse({ status: 503, body: error('unavailable', 0), headers: { 'retry-after': '600' } });
    };
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const client = new RecordingClient(stub.url);
    expect(await rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }))).toBe('enough');
    await stub.closed();
    expect(stub.starts).toHaveLength(1);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(before);
  });

  test('takes the listener from a signal that outlives the start', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.send(results(1));
    const { signal } = new AbortController();
    await new RecordingClient(stub.url).startMatching(PARENT, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('is what a session does at its end: its questions close before its last handler is called', async () => {
    for (const last of [results(2), error('processing_error', 2)]) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => {
        stream.send(question(1, 0));
        setTimeout(() => stream.send(last), 10);
      };
      const client = new RecordingClient(stub.url);
      client.answer = () => new Promise(() => undefined);
      const closedByThen: boolean[] = [];
      const note = (): void => void closedByThen.push(...client.contexts.map(({ signal }) => signal.aborted));
      client.handleMatchResults = note;
      client.handleError = note;
      await client.startMatching(PARENT).catch(() => undefined);
      expect(closedByThen).toEqual([true]);
      await stub.closed();
    }
  });

  test('closes the connection also where a fetch of the caller passes no signal on', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.send(results(1));
    const client = new RecordingClient(stub.url, { fetch: (url, { signal: _signal, ...init }) => fetch(url, init) });
    await client.startMatching(PARENT);
    await stub.closed();
    expect(client.told).toEqual(['results']);
  });

  test('is cheap after many messages: they leave no listeners behind', async () => {
    await using stub = await startRestStub();
    stub.onStart = async (stream) => {
      for (let sequence = 1; sequence < 100; sequence += 1) stream.send(update(sequence));
      stream.send(question(100, 0));
    };
    const client = new RecordingClient(stub.url);
    const leaving = new AbortController();
    let listeners = Number.POSITIVE_INFINITY;
    let end: AbortSignal | undefined;
    client.handleProcessingUpdate = (...[, context]: [ProcessingUpdateMessage, HandlerContext?]) => {
      end = context?.signal;
    };
    client.answer = () => {
      listeners = end ? getEventListeners(end, 'abort').length : listeners;
      leaving.abort('enough');
      return { declined: true };
    };
    expect(await rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }))).toBe('enough');
    expect(listeners).toBeLessThan(10);
  });
});
