import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildClient } from '../examples/example-folder.ts';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser, openBrowser } from '../support/browser.ts';
import { openOtherSite } from '../support/other-site.ts';
import { canStart } from '../support/services/bring-program.ts';
import { type SiteWithTokens, startSiteWithTokens } from '../support/site-with-tokens.ts';
import { demoParent } from '../support/test-app.ts';
import { secretToken } from '../support/tokens.ts';

/** Starts a session by the tokens given, the next one where one is refused; answers with the second. */
const PROGRAM = `
  class Page extends MatchingStreamClient {
    seen = [];
    asked = 0;
    async handleLocationInput() {
      this.asked += 1;
      await renewed.promise;
      return { address: 'Potsdamer Platz 1, Berlin' };
    }
    handleProcessingUpdate({ sequence }) { this.seen.push(sequence); }
    handleMatchResults({ sequence }) { this.seen.push(sequence); }
  }
  const renewed = Promise.withResolvers();
  const token = (refused) => {
    if (refused === tokens[0] && tokens.length > 1) tokens.shift();
    if (tokens.length === 1) renewed.resolve();
    return tokens[0];
  };
  const client = new Page(url, { token, backoffBaseMs: 10 });
  const outcome = await client.startMatching(parentId, { limit: 3 }).then(
    ({ offers }) => ({ offers: offers.length }),
    ({ code }) => ({ code }),
  );
  return { ...outcome, asked: client.asked, seen: client.seen };
`;

describe.runIf(hasBrowser() && canStart('nginx'))(
  'the client with a source of tokens, in a page of another site, through nginx',
  { timeout: BROWSER_TEST_TIMEOUT_MS },
  () => {
    const owned = new AsyncDisposableStack();
    let browser: Browser;
    let client: string;
    let listed: string;
    let unlisted: string;
    let site: SiteWithTokens;

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'matching-client-'));
      buildClient(folder);
      client = await readFile(join(folder, 'nodejs-streaming-client.js'), 'utf8');
      await rm(folder, { recursive: true });
      browser = owned.use(await openBrowser());
      listed = owned.use(await openOtherSite()).origin;
      unlisted = owned.use(await openOtherSite()).origin;
      site = owned.use(await startSiteWithTokens({ CORS_ORIGINS: `https://elsewhere.example,${listed}` }));
    }, BROWSER_TEST_TIMEOUT_MS);
    afterAll(async () => owned.disposeAsync());

    /** What comes of it in a page of that origin. */
    async function run(origin: string, tokens: readonly string[]): Promise<unknown> {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.route('**/client.js', (route) => route.fulfill({ contentType: 'text/javascript', body: client }));
      await page.goto(origin);
      const given = { tokens, url: site.nginx.url, parentId: demoParent(1) };
      const outcome: unknown = await page.evaluate(`(async ({ tokens, url, parentId }) => {
        const { MatchingStreamClient } = await import('/client.js');
        ${PROGRAM}
      })(${JSON.stringify(given)})`);
      await context.close();
      return outcome;
    }

    test('goes on with the next token while a person thinks, asks once, and sees every message once', async () => {
      const exp = Math.floor(Date.now() / 1000) + 6;
      const tokens = [await secretToken({ sub: 'demo', exp }), await secretToken({ sub: 'demo' })];
      const outcome = await run(listed, tokens);
      expect(outcome).toMatchObject({ offers: 3, asked: 1 });
      const { seen } = outcome as { readonly seen: readonly number[] };
      // The question is between them.
      const last = seen.at(-1) ?? 0;
      expect(seen).toHaveLength(last - 1);
      expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => one - other));
    });

    test('is told by code that its only token is refused', async () => {
      expect(await run(listed, ['not-a-token'])).toEqual({ code: 'unauthenticated', asked: 0, seen: [] });
    });

    test('gets nowhere in a page of a site that is not listed', async () => {
      const outcome = await run(unlisted, [await secretToken({ sub: 'demo' })]);
      expect(outcome).toEqual({ code: 'NETWORK_ERROR', asked: 0, seen: [] });
    });
  },
);
