import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser, openBrowser } from '../support/browser.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';

describe.runIf(hasBrowser())('in a browser', { timeout: BROWSER_TEST_TIMEOUT_MS }, () => {
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  /** What the browser complains of: what a policy keeps out is among it. */
  let complaints: string[];

  beforeAll(async () => {
    [browser, app] = await Promise.all([openBrowser(), startTestApp()]);
  }, BROWSER_TEST_TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([browser.close(), app[Symbol.asyncDispose]()]);
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => void (line.type() === 'error' && complaints.push(line.text())));
    return () => page.close();
  });

  test('GraphiQL runs a search, under a policy that lets it load itself alone', async () => {
    await page.goto(`${app.url}/graphql`);
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.press('Control+A');
    const input = `{ parentId: "${demoParent(3)}" }`;
    await page.keyboard.insertText(`subscription { matchingSession(input: ${input}) { __typename } }`);
    await page.keyboard.press('Control+Enter');
    await page.getByText('"MatchResults"').waitFor();
    expect(complaints).toEqual([]);
  });

  test('the page of REST asks what is asked of it, under a policy of its own', async () => {
    await page.goto(`${app.url}/docs`);
    await page.getByText('/sessions/{session_id}/status').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByPlaceholder('session_id').fill('no-such-session');
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('"session_not_found"').first().waitFor();
    // The browser says itself that an answer was a 404.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('a page of another site neither reads nor changes anything', async () => {
    const other = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const start = `${app.url}/api/streaming/matches/interactive`;
    const body = JSON.stringify({ parent_id: demoParent(3), session_id: 'of-another-site' });
    const outcomes = await page.evaluate(
      async ({ url, start: startUrl, body: startBody }) => {
        const ways: RequestInit[] = [
          { method: 'POST', body: startBody, headers: { 'content-type': 'application/json' } },
          { method: 'POST', body: startBody },
          { method: 'POST', body: startBody, mode: 'no-cors' },
        ];
        const tried = [...ways.map((init) => fetch(startUrl, init)), fetch(`${url}/healthz`)];
        return Promise.all(
          tried.map((one) =>
            one.then(
              ({ type, status }) => `${type} ${status}`,
              () => 'refused',
            ),
          ),
        );
      },
      { url: app.url, start, body },
    );
    other.close();
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused']);
    const status = await fetch(`${app.url}/api/streaming/sessions/of-another-site/status`);
    expect(status.status).toBe(404);
  });
});
