import { describe, expect, test } from 'vitest';
import { type ClientClock, MatchingError } from '../../src/client/index.ts';
import { LONGEST_PAUSE_MS, pauseMs } from '../../src/client/attempts.ts';
import { systemClock } from '../../src/client/client-clock.ts';
import { retryAfterMs } from '../../src/client/refusal.ts';
import { type RestStub, startRestStub, type StubReply } from '../support/rest-stub.ts';
import { error, PARENT, question, results, update } from './messages.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';

const SILENCE_MS = 1e9;

/** A clock whose pauses take no time and are noted; what looks at silence is left to run. */
class HastyClock implements ClientClock {
  readonly pauses: number[] = [];

  now(): number {
    return Date.parse('2026-11-23T02:00:00Z');
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs === SILENCE_MS) return systemClock.after(delayMs, callback);
    this.pauses.push(delayMs);
    return systemClock.after(0, callback);
  }
}

function hasty(stub: Pick<RestStub, 'url'>, options: { retries?: number; firstRetries?: number } = {}) {
  const clock = new HastyClock();
  const given = { backoffBaseMs: 100, backoffCapMs: 1000, random: () => 0.5, silenceMs: SILENCE_MS, clock };
  return { client: new RecordingClient(stub.url, { ...given, ...options }), pauses: clock.pauses };
}

/** The address of a server that is gone. */
async function nowhere(): Promise<string> {
  await using stub = await startRestStub();
  return stub.url;
}

describe('attempts', () => {
  test('follow each other in pauses that grow up to a cap, each a random part of its bound', async () => {
    const { client, pauses } = hasty({ url: await nowhere() });
    const thrown = await rejectionOf(client.startMatching(PARENT));
    expect(thrown).toBeInstanceOf(MatchingError);
    expect(thrown).toMatchObject({ code: 'NETWORK_ERROR', details: null, sessionId: expect.any(String) });
    expect((thrown as MatchingError).cause).toBeInstanceOf(TypeError);
    expect(pauses).toEqual([100, 200, 400, 500, 500, 500, 500]);
  });

  test('wait between nothing and the bound, and never less than is asked for', () => {
    const patience = { retries: 8, backoffBaseMs: 100, backoffCapMs: 1000, clock: systemClock };
    expect(pauseMs({ ...patience, random: () => 0 }, 3, 0)).toBe(0);
    expect(pauseMs({ ...patience, random: () => 0.999 }, 3, 0)).toBeCloseTo(799.2);
    expect(pauseMs({ ...patience, random: () => 0.999 }, 60, 0)).toBeCloseTo(999);
    expect(pauseMs({ ...patience, random: () => 0.999 }, 0, 5000)).toBe(5000);
  });

  test('are as many as is asked for, and before the first message as many as is asked for that', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => (index === 1 ? stream.sendAndCut(update(1)) : stream.refuse('cut'));
    const { client, pauses } = hasty(stub, { retries: 5, firstRetries: 2 });
    await rejectionOf(client.startMatching(PARENT));
    expect(stub.starts).toHaveLength(7);
    expect(pauses).toHaveLength(6);
    expect(client.told).toEqual(['update 1']);
  });

  test('begin to be counted anew with every new message, but not with one that was seen', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      if (index % 2 === 1 && index < 10) return stream.sendAndCut(update(index));
      if (index < 10) return stream.refuse('cut');
      return stream.sendAndCut(update(9));
    };
    const { client } = hasty(stub, { retries: 2 });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(client.told).toEqual(['update 1', 'update 3', 'update 5', 'update 7', 'update 9']);
    expect(stub.starts).toHaveLength(12);
  });

  test('keep at least the pause that the stream asked for last', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) => {
      if (index === 0) stream.raw('retry: 700\n\nretry: 900\n\n');
      stream.send(index === 0 ? update(1) : results(2));
      stream.end();
    };
    const { client, pauses } = hasty(stub);
    await client.startMatching(PARENT);
    expect(pauses).toEqual([900]);
  });

  test('obey Retry-After, in seconds and as a date, and the time that the message names', async () => {
    await using stub = await startRestStub();
    const refusals = [
      { status: 429, body: error('rate_limited', 0), headers: { 'retry-after': '7' } },
      { status: 503, body: error('unavailable', 0), headers: { 'retry-after': 'Mon, 23 Nov 2026 02:00:09 GMT' } },
      { status: 503, body: error('unavailable', 0, { retry_after_ms: 11_000 }) },
      { status: 502, headers: { 'retry-after': 'soon' } },
    ];
    stub.onStart = (stream, _start, index) => {
      const refusal = refusals[index];
      return refusal ? stream.refuse(refusal) : stream.send(results(1));
    };
    const { client, pauses } = hasty(stub);
    await client.startMatching(PARENT);
    expect(pauses).toEqual([7000, 9000, 11_000, 500]);
  });

  test('end at once, with the code of the service, where it asks to wait longer than a session could', async () => {
    for (const [refusal, code] of [
      [{ status: 429, body: error('rate_limited', 0), headers: { 'retry-after': '601' } }, 'rate_limited'],
      [{ status: 503, headers: { 'retry-after': '9'.repeat(400) } }, 'NETWORK_ERROR'],
      [{ status: 503, headers: { 'retry-after': 'Mon, 23 Nov 2999 02:00:00 GMT' } }, 'NETWORK_ERROR'],
    ] as const) {
      await using stub = await startRestStub();
      stub.onStart = (stream) => stream.refuse(refusal);
      const { client, pauses } = hasty(stub);
      expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code });
      expect(pauses).toEqual([]);
    }
  });

  test('take a time to wait that is no number for none', async () => {
    await using stub = await startRestStub();
    const body = error('unavailable', 0);
    const details = { ...body.details, retry_after_ms: 'soon' };
    stub.onStart = (stream, _start, index) =>
      index === 0 ? stream.refuse({ status: 503, body: { ...body, details } }) : stream.send(results(1));
    const { client, pauses } = hasty(stub);
    await client.startMatching(PARENT);
    expect(pauses).toEqual([100]);
  });

  test('keep to ten minutes whatever a stream asks for', async () => {
    for (const retry of ['600001', '9'.repeat(400)]) {
      await using stub = await startRestStub();
      stub.onStart = (stream, _start, index) => {
        if (index === 0) stream.raw(`retry: ${retry}\n\n`);
        stream.send(index === 0 ? update(1) : results(2));
        stream.end();
      };
      const { client, pauses } = hasty(stub);
      await client.startMatching(PARENT);
      expect(pauses).toEqual([LONGEST_PAUSE_MS]);
    }
  });

  test.each([408, 425, 500, 502, 520])('go on after a %i that is not of the service', async (status) => {
    await using stub = await startRestStub();
    stub.onStart = (stream, _start, index) =>
      index === 0 ? stream.refuse({ status, body: 'a page' }) : stream.send(results(1));
    const { client } = hasty(stub);
    await client.startMatching(PARENT);
    expect(stub.starts).toHaveLength(2);
  });

  test('take a date that is over for no pause, and anything else for none either', () => {
    const clock = new HastyClock();
    expect(retryAfterMs('Mon, 23 Nov 2026 01:59:00 GMT', clock)).toBe(0);
    expect(retryAfterMs(' 3 ', clock)).toBe(3000);
    expect(retryAfterMs('-3x', clock)).toBe(0);
    expect(retryAfterMs(null, clock)).toBe(0);
  });

  test('end with what the service said, where it refused every one', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.refuse({ status: 503, body: error('unavailable', 0) });
    const { client } = hasty(stub, { retries: 3 });
    const thrown = await rejectionOf(client.startMatching(PARENT));
    expect(thrown).toMatchObject({ code: 'unavailable', message: error('unavailable', 0).message });
    expect(stub.starts).toHaveLength(3);
  });

  test('count a stream that says "not now" as one of them, and wait as long as it asks', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.send(error('unavailable', 0, { retry_after_ms: 3000 }));
    const { client, pauses } = hasty(stub, { retries: 3 });
    expect(await rejectionOf(client.startMatching(PARENT))).toMatchObject({ code: 'unavailable' });
    expect(pauses).toEqual([3000, 3000]);
    expect(client.told).toEqual([]);
  });

  test('carry an answer through a lost connection, a refusal and a gateway, with the same body', async () => {
    await using stub = await startRestStub();
    const limited = { status: 429, body: error('rate_limited', 0), headers: { 'retry-after': '4' } };
    const replies: StubReply[] = ['cut', limited, { status: 504 }];
    stub.onStart = (stream) => {
      stream.send(question(1, 0));
      stub.onAnswer = (_answer, index) => {
        const reply = replies[index];
        if (reply) return reply;
        stream.send(results(2));
        return { status: 200, body: { status: 'duplicate', interaction_id: 'interaction_0' } };
      };
    };
    const { client, pauses } = hasty(stub);
    await client.startMatching(PARENT);
    expect(stub.answers).toHaveLength(4);
    expect(new Set(stub.answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(client.told).toEqual(['question interaction_0', 'results']);
    expect(pauses).toEqual([100, 4000, 400]);
  });
});
