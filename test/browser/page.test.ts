import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser } from '../support/browser.ts';
import { demoParent } from '../support/test-app.ts';
import { openSite, type Site } from './site.ts';

/** An EventSource comes back after the stream's `retry`, which is 2 s. */
const LONGER_THAN_A_RETRY_MS = 3000;

describe.runIf(hasBrowser())('the page of the examples', { timeout: BROWSER_TEST_TIMEOUT_MS }, () => {
  let site: Site;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    site = await openSite();
  }, BROWSER_TEST_TIMEOUT_MS);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await site.newPage();
    errors = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(site.url);
    return async () => {
      await page.close();
      if (errors.length > 0) throw new Error(`the page failed: ${errors.join('; ')}`);
    };
  });

  const button = (name: string): Locator => page.getByRole('button', { name });
  const connection = (words: string): Locator => page.getByRole('status').filter({ hasText: words });
  const questions = (): Locator => page.getByRole('group');
  const offers = (): Locator => page.locator('#offers > li');

  async function start(last: number): Promise<string> {
    await page.getByLabel('Family').selectOption(demoParent(last));
    await page.getByLabel('Offers').fill('3');
    await button('Start the search').click();
    await page.waitForURL(/#./);
    return new URL(page.url()).hash.slice(1);
  }

  const requestsFor = (id: string) => site.near.streamRequests.filter(({ path }) => path.includes(id));

  test('asks where work is, goes on with the answer, shows the offers, and asks for nothing more', async () => {
    const id = await start(1);
    await page.getByRole('group', { name: 'Where is your work located?' }).waitFor();
    await connection('Connected').waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('Potsdamer Platz 1, Berlin');
    await button('Answer').click();
    await page.getByRole('heading', { name: '3 offers' }).waitFor();
    await connection('Finished').waitFor();
    expect(await offers().count()).toBe(3);
    expect(await offers().first().innerText()).toMatch(/home: .*; work: /);
    expect(await questions().count()).toBe(0);
    expect(await button('Cancel').count()).toBe(0);
    await delay(LONGER_THAN_A_RETRY_MS);
    expect(requestsFor(id)).toHaveLength(1);
  });

  test.each(['near', 'far'] as const)(
    'says that its %s link is lost, comes back by itself, and asks no question twice',
    async (link) => {
      const id = await start(1);
      await questions().waitFor();
      site[link].refuse();
      await connection('reconnecting').waitFor();
      site[link].accept();
      await connection('Connected').waitFor();
      expect(await questions().count()).toBe(1);
      await page.getByRole('textbox', { name: 'Address' }).fill('Potsdamer Platz 1, Berlin');
      await button('Answer').click();
      await connection('Finished').waitFor();
      expect(await offers().count()).toBe(3);
      const [first, ...later] = requestsFor(id).map(({ lastEventId }) => lastEventId);
      expect(first).toBeNull();
      expect(new Set(later).size).toBe(1);
      expect(Number(later[0])).toBeGreaterThan(0);
    },
  );

  test('lets a choice be made', async () => {
    await start(4);
    await questions().waitFor();
    await page.getByRole('radio').first().check();
    await button('Answer').click();
    await connection('Finished').waitFor();
    expect(await offers().count()).toBe(3);
  });

  test('lets a loosening be agreed to', async () => {
    await start(5);
    await page.getByRole('radio', { name: 'Yes' }).check();
    await button('Answer').click();
    await connection('Finished').waitFor();
    expect(await offers().count()).toBe(3);
  });

  test('says what is wrong with an answer, keeps the question, and lets it be declined', async () => {
    await start(1);
    await page.getByRole('textbox', { name: 'Address' }).fill(' ');
    await button('Answer').click();
    const problem = questions().getByRole('alert');
    await problem.waitFor();
    expect(await problem.innerText()).toMatch(/^Address must be/);
    await button('I would rather not say').click();
    await connection('Finished').waitFor();
    expect(await page.locator('#warnings > li').count()).toBeGreaterThan(0);
  });

  test('comes back to its session when it is loaded again, at a question and after the end', async () => {
    await start(1);
    await questions().waitFor();
    await page.reload();
    await questions().waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('Potsdamer Platz 1, Berlin');
    await button('Answer').click();
    await connection('Finished').waitFor();
    await page.reload();
    await connection('Finished').waitFor();
    expect(await offers().count()).toBe(3);
    expect(await questions().count()).toBe(0);
  });

  test('cancels', async () => {
    await start(1);
    await questions().waitFor();
    await button('Cancel').click();
    await page.getByRole('alert').filter({ hasText: 'The session was cancelled.' }).waitFor();
    await connection('Finished').waitFor();
    expect(await questions().count()).toBe(0);
  });

  test('says so when its session is not there', async () => {
    await page.goto(`${site.url}/#00000000-0000-4000-8000-000000000000`);
    await page.getByRole('alert').filter({ hasText: 'There is no such session' }).waitFor();
    expect(await connection('Finished').count()).toBe(1);
  });

  test('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await start(3);
    await connection('Finished').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });
});
