import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser } from '../support/browser.ts';
import { demoParent } from '../support/test-app.ts';
import { openSite, type Site } from './site.ts';

/** An EventSource comes back after the stream's `retry`, which is 2 s; nothing that is to come takes longer. */
const LONGER_THAN_A_RETRY_MS = 3000;
const SOON = { timeout: 30_000 };

interface Seen {
  readonly type: string;
  readonly sequence?: number;
  readonly lastEventId: string;
}

/** An EventSource in a page, with nothing of ours around it. */
class BareEventSource {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(page: Page, url: string): Promise<BareEventSource> {
    await page.evaluate(`
      globalThis.seen = [];
      globalThis.source = new EventSource(${JSON.stringify(url)});
      source.onmessage = ({ data, lastEventId }) => seen.push({ ...JSON.parse(data), lastEventId });
    `);
    return new BareEventSource(page);
  }

  /** What it has seen, keepalives aside. */
  async seen(): Promise<readonly Seen[]> {
    const all: readonly Seen[] = await this.#page.evaluate('seen');
    return all.filter(({ type }) => type !== 'keepalive');
  }

  async typesSeen(): Promise<readonly string[]> {
    return (await this.seen()).map(({ type }) => type);
  }

  /** Whether it has given up coming back. */
  async isClosed(): Promise<boolean> {
    return this.#page.evaluate('source.readyState === EventSource.CLOSED');
  }
}

describe.runIf(hasBrowser())('an EventSource of a browser', { timeout: BROWSER_TEST_TIMEOUT_MS }, () => {
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    site = await openSite();
  }, BROWSER_TEST_TIMEOUT_MS);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await site.newPage();
    // Any file of the origin will do: the page's own program is not in it.
    await page.goto(`${site.url}/page.css`);
    return () => page.close();
  });

  async function post(path: string, body: object): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${site.app.url}/api/streaming${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    return response.status;
  }

  async function start(last: number): Promise<string> {
    const id = randomUUID();
    expect(await post('/matches/interactive', { parent_id: demoParent(last), session_id: id, limit: 3 })).toBe(200);
    return id;
  }

  async function answer(id: string): Promise<void> {
    const response_data = { address: 'Potsdamer Platz 1, Berlin', source: 'user_address' };
    const question = { session_id: id, interaction_id: 'interaction_0', response_type: 'location_input' };
    expect(await post('/interactions/respond', { ...question, response_data })).toBe(200);
  }

  const requestsFor = (id: string) => site.near.streamRequests.filter(({ path }) => path.includes(id));
  const cursorsOf = (id: string) => requestsFor(id).map(({ lastEventId }) => lastEventId);

  test.each(['near', 'far'] as const)(
    'that is cut at its %s link comes back with its last id, sees every message once, and stops after the end',
    async (link) => {
      const id = await start(1);
      const source = await BareEventSource.open(page, `/api/streaming/sessions/${id}/events`);
      await expect.poll(() => source.typesSeen(), SOON).toContain('user_interaction');
      const before = await source.seen();
      expect(site[link].cutStreams()).toBe(1);
      // What happens while nobody listens is not lost.
      await answer(id);
      await expect.poll(() => source.isClosed(), SOON).toBe(true);

      const seen = await source.seen();
      expect(seen.length).toBeGreaterThan(before.length);
      expect(seen.at(-1)?.type).toBe('match_results');
      expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
      expect(seen.map(({ lastEventId }) => lastEventId)).toEqual(seen.map((_, index) => String(index + 1)));

      // First from the start, then after the cut, then after the end, which is answered by 204.
      const cursors = [null, String(before.length), String(seen.length)];
      expect(cursorsOf(id)).toEqual(cursors);
      await delay(LONGER_THAN_A_RETRY_MS);
      expect(cursorsOf(id)).toEqual(cursors);
    },
  );

  test('that is cut many times sees every message once all the same', async () => {
    const id = await start(1);
    const source = await BareEventSource.open(page, `/api/streaming/sessions/${id}/events`);
    await expect.poll(() => source.typesSeen(), SOON).toContain('user_interaction');
    for (let attached = 1; attached <= 3; attached++) {
      await expect.poll(() => requestsFor(id).length, SOON).toBe(attached);
      site.near.cutStreams();
    }
    await answer(id);
    await expect.poll(() => source.isClosed(), SOON).toBe(true);
    const seen = await source.seen();
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.at(-1)?.type).toBe('match_results');
  });

  test('that asks for a session that is not there stops at once', async () => {
    const id = randomUUID();
    const source = await BareEventSource.open(page, `/api/streaming/sessions/${id}/events`);
    await expect.poll(() => source.isClosed(), SOON).toBe(true);
    await delay(LONGER_THAN_A_RETRY_MS);
    expect(cursorsOf(id)).toEqual([null]);
  });
});
