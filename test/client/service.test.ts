import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FetchLike, MatchingStreamClient } from '../../src/client/index.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { RecordingClient, rejectionOf } from './recording-client.ts';

const WORK = { address: 'Potsdamer Platz 1, Berlin', source: 'user_address' } as const;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({});
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

/** A fetch whose streams are cut after each chunk. */
function cuttingFetch(cursors: (string | undefined)[]): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith('/interactive')) return response;
    cursors.push(init.headers['last-event-id']);
    const reader = response.body?.getReader();
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const chunk = await reader?.read();
        chunks += 1;
        // The first is what every stream begins with.
        if (chunk?.value && chunks <= 2) return controller.enqueue(chunk.value);
        await reader?.cancel();
        controller.error(new Error('cut'));
      },
    });
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

describe('against the service', () => {
  test('a session is asked for, answered and gives offers', async () => {
    const client = new RecordingClient(app.url);
    client.answer = () => WORK;
    const { offers, processing_details: details } = await client.startMatching(demoParent(1), {
      limit: 5,
      maxDistanceKm: 15,
      includeFullCenters: true,
    });
    expect(offers).toHaveLength(5);
    expect(offers[0]?.preference_matches.complex_preferences['location_distance']?.details).toContain('work');
    expect(offers[0]?.center?.name).toBe(offers[0]?.center_name);
    expect(details.interactions_required).toBe(1);
    expect(client.told.filter((one) => one.startsWith('question'))).toEqual(['question interaction_0']);
  });

  test('a session whose every connection is cut says the same as one that is not', async () => {
    const whole = new RecordingClient(app.url);
    whole.answer = () => WORK;
    const wanted = await whole.startMatching(demoParent(1));
    const cursors: (string | undefined)[] = [];
    const cut = new RecordingClient(app.url, { fetch: cuttingFetch(cursors), random: () => 0, clock: IMPATIENT });
    cut.answer = () => WORK;
    const { offers } = await cut.startMatching(demoParent(1));
    expect(offers.map(({ center_id: id, score }) => [id, score])).toEqual(
      wanted.offers.map(({ center_id: id, score }) => [id, score]),
    );
    expect(cut.told).toEqual(whole.told);
    expect(cursors.length).toBeGreaterThan(3);
    expect(cursors.slice(1).every((cursor) => Number(cursor) > 0)).toBe(true);
  });

  test('a person at a terminal is told what does not fit, declines, and is shown the offers', async () => {
    const terminal = new FakeTerminal();
    const done = new MatchingStreamClient(app.url, { terminal }).startMatching(demoParent(1), { limit: 3 });
    await terminal.type('x'.repeat(300), 'Where is your work located?\nAddress');
    await terminal.type('', 'That answer does not fit: ');
    const { offers } = await done;
    expect(terminal.written).toContain('Declined.');
    for (const { center_name: name } of offers) expect(terminal.written).toContain(name);
    expect(terminal.written).toMatch(/\n! .*work/iu);
  });

  test('what it refuses is thrown with its code', async () => {
    const client = new RecordingClient(app.url);
    expect(await rejectionOf(client.startMatching('x'))).toMatchObject({
      code: 'invalid_request',
      details: { issues: [{ path: 'parent_id', message: expect.any(String) }] },
    });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await rejectionOf(client.startMatching(unknown))).toMatchObject({ code: 'parent_not_found' });
    client.answer = () => ({ confirmed: true });
    expect(await rejectionOf(client.startMatching(demoParent(1)))).toMatchObject({ code: 'invalid_response' });
  });

  test('a question that nobody answers in time is SESSION_TIMEOUT', async () => {
    await using quick = await startTestApp({ INTERACTION_TIMEOUT_MS: '200' });
    const client = new RecordingClient(quick.url);
    client.answer = () => new Promise(() => undefined);
    expect(await rejectionOf(client.startMatching(demoParent(1)))).toMatchObject({ code: 'SESSION_TIMEOUT' });
  });
});

/** Time in which every pause is over at once, and no silence is long enough. */
const IMPATIENT = {
  now: () => 0,
  after: (delayMs: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, delayMs > 60_000 ? delayMs : 0);
    return () => clearTimeout(timer);
  },
};
