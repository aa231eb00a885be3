import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser, openBrowser } from '../support/browser.ts';
import { openOtherSite } from '../support/other-site.ts';
import { canStart } from '../support/services/bring-program.ts';
import { ADDRESS, eventsOf } from '../support/site.ts';
import { type SiteWithTokens, startSiteWithTokens } from '../support/site-with-tokens.ts';
import { demoParent } from '../support/test-app.ts';
import { secretToken } from '../support/tokens.ts';

const SOON = { timeout: 30_000 };

interface Seen {
  readonly type: string;
  readonly sequence: number;
  readonly error_code?: string;
  readonly lastEventId: string;
}

describe.runIf(hasBrowser() && canStart('nginx'))(
  'an EventSource with a ticket, in a page of another site, through nginx',
  { timeout: BROWSER_TEST_TIMEOUT_MS },
  () => {
    const owned = new AsyncDisposableStack();
    let browser: Browser;
    let listed: string;
    let unlisted: string;
    let site: SiteWithTokens;
    let page: Page;

    beforeAll(async () => {
      browser = owned.use(await openBrowser());
      listed = owned.use(await openOtherSite()).origin;
      unlisted = owned.use(await openOtherSite()).origin;
      site = owned.use(await startSiteWithTokens({ CORS_ORIGINS: listed }));
    }, BROWSER_TEST_TIMEOUT_MS);
    afterAll(async () => owned.disposeAsync());
    beforeEach(async () => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      page = await context.newPage();
      await page.goto(listed);
      return () => context.close();
    });

    /** What a page asks for by its token, as `fetch` of the browser does; the status and the body of the answer. */
    async function ask(path: string, token: string, body: object = {}): Promise<readonly [number, unknown]> {
      return page.evaluate(
        async ({ url, authorization, text }) => {
          const headers = { authorization, 'content-type': 'application/json' };
          const said = await fetch(url, { method: 'POST', credentials: 'include', headers, body: text });
          return [said.status, await said.json()] as const;
        },
        { url: site.nginx.url + path, authorization: `Bearer ${token}`, text: JSON.stringify(body) },
      );
    }

    /** A session of the account of the demo data, which nobody reads yet. */
    async function start(token: string): Promise<string> {
      const session_id = randomUUID();
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const body = JSON.stringify({ parent_id: demoParent(1), session_id, limit: 3 });
      const url = `${site.nginx.url}/api/streaming/matches/interactive`;
      const stream = await fetch(url, { method: 'POST', headers, body });
      expect(stream.status).toBe(200);
      await stream.body?.cancel();
      return session_id;
    }

    async function ticketFor(sessionId: string, token: string): Promise<string> {
      const [status, body] = await ask(`/api/streaming/sessions/${sessionId}/ticket`, token);
      expect(status).toBe(200);
      return (body as { readonly ticket: string }).ticket;
    }

    async function answer(sessionId: string, token: string): Promise<void> {
      const question = { session_id: sessionId, interaction_id: 'interaction_0', response_type: 'location_input' };
      const given = await ask('/api/streaming/interactions/respond', token, { ...question, response_data: ADDRESS });
      expect(given).toMatchObject([200, { status: 'received' }]);
    }

    /** Opens one that sends what a browser adds by itself, and notes what it sees beside what others saw before it. */
    async function open(sessionId: string, query: string): Promise<void> {
      const url = `${site.nginx.url}${eventsOf(sessionId)}?${query}`;
      await page.evaluate(`
        globalThis.seen ??= [];
        globalThis.sources ??= [];
        {
          const source = new EventSource(${JSON.stringify(url)}, { withCredentials: true });
          source.onmessage = ({ data, lastEventId }) => seen.push({ ...JSON.parse(data), lastEventId });
          sources.push(source);
        }
      `);
    }

    const seen = async (): Promise<readonly Seen[]> => page.evaluate('seen');
    const typesSeen = async (): Promise<readonly string[]> => (await seen()).map(({ type }) => type);
    const areClosed = async (): Promise<boolean> =>
      page.evaluate('sources.every(({ readyState }) => readyState === EventSource.CLOSED)');

    /** What the service answered to those that are over, and by which protocol. */
    async function answersSince(began: number): Promise<readonly string[]> {
      const lines = (await site.nginx.accessLog()).slice(began);
      return lines
        .filter(({ path }) => path === '/api/streaming/sessions/*/events')
        .map(({ protocol, status }) => `${protocol} ${status}`);
    }

    test('reads its session to the end, and stops there', async () => {
      const began = (await site.nginx.accessLog()).length;
      const token = await secretToken({ sub: 'demo' });
      const sessionId = await start(token);
      await open(sessionId, `ticket=${await ticketFor(sessionId, token)}`);
      await expect.poll(typesSeen, SOON).toContain('user_interaction');
      await answer(sessionId, token);
      await expect.poll(areClosed, SOON).toBe(true);
      const all = await seen();
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_one, index) => index + 1));
      expect(all.at(-1)?.type).toBe('match_results');
      await expect.poll(async () => answersSince(began), SOON).toEqual(['HTTP/2.0 200', 'HTTP/2.0 204']);
    });

    test('is one of more than a browser opens HTTP/1.1 connections, all at once', async () => {
      const token = await secretToken({ sub: 'demo' });
      const sessionId = await start(token);
      const ticket = await ticketFor(sessionId, token);
      for (let count = 0; count < 10; count += 1) await open(sessionId, `ticket=${ticket}`);
      const howMany = (type: string) => async () => (await typesSeen()).filter((one) => one === type).length;
      await expect.poll(howMany('user_interaction'), SOON).toBe(10);
      await answer(sessionId, token);
      await expect.poll(howMany('match_results'), SOON).toBe(10);
      await expect.poll(areClosed, SOON).toBe(true);
    });

    test('is told when the ticket expires, gives up after it, and loses and doubles nothing with the next one', async () => {
      const began = (await site.nginx.accessLog()).length;
      const short = await secretToken({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + 6 });
      const token = await secretToken({ sub: 'demo' });
      const sessionId = await start(token);
      await open(sessionId, `ticket=${await ticketFor(sessionId, short)}`);
      // It comes back by itself with the ticket that has expired, and is refused.
      await expect.poll(areClosed, SOON).toBe(true);
      const before = await seen();
      const last = before.at(-1);
      expect(last).toMatchObject({ type: 'error', error_code: 'unauthenticated', sequence: 0 });
      // What is not of the log moves no cursor.
      expect(last?.lastEventId).toBe(before.at(-2)?.lastEventId);

      await answer(sessionId, token);
      await open(sessionId, `ticket=${await ticketFor(sessionId, token)}&last_event_id=${last?.lastEventId}`);
      await expect.poll(typesSeen, SOON).toContain('match_results');
      await expect.poll(areClosed, SOON).toBe(true);
      const ofTheLog = (await seen()).filter(({ sequence }) => sequence > 0);
      expect(ofTheLog.map(({ sequence }) => sequence)).toEqual(ofTheLog.map((_one, index) => index + 1));
      await expect
        .poll(async () => answersSince(began), SOON)
        .toEqual(['HTTP/2.0 200', 'HTTP/2.0 401', 'HTTP/2.0 200', 'HTTP/2.0 204']);
    });

    test('reads a session over the expiry of its token by the function of the README, every message once', async () => {
      const [, snippet = ''] = /^```js\n(.*?)^```$/msu.exec(await readFile('examples/README.md', 'utf8')) ?? [];
      await page.route('**/follow.js', (route) => route.fulfill({ contentType: 'text/javascript', body: snippet }));
      const token = await secretToken({ sub: 'demo' });
      const tokens = [await secretToken({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + 6 }), token];
      const sessionId = await start(token);
      await page.evaluate(`(async () => {
        const { follow } = await import('/follow.js');
        const tokens = ${JSON.stringify(tokens)};
        globalThis.asked = 0;
        globalThis.seen = [];
        globalThis.failures = [];
        const token = async () => tokens[Math.min(asked++, 1)];
        follow('${site.nginx.url}', '${sessionId}', token, {
          message: (message) => seen.push(message),
          failed: ({ message }) => failures.push(message),
        });
      })()`);
      await expect.poll(async () => page.evaluate('asked'), SOON).toBe(2);
      await answer(sessionId, token);
      await expect.poll(typesSeen, SOON).toContain('match_results');
      const all = await seen();
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_one, index) => index + 1));
      expect(await page.evaluate('failures')).toEqual([]);
    });

    test('sees nothing in a page of a site that is not listed, which gets no ticket either', async () => {
      const token = await secretToken({ sub: 'demo' });
      const sessionId = await start(token);
      const ticket = await ticketFor(sessionId, token);
      await page.goto(unlisted);
      await open(sessionId, `ticket=${ticket}`);
      await expect.poll(areClosed, SOON).toBe(true);
      expect(await seen()).toEqual([]);
      await expect(ticketFor(sessionId, token)).rejects.toThrow('Failed to fetch');
    });
  },
);
