import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildClient } from '../examples/example-folder.ts';
import { BROWSER_TEST_TIMEOUT_MS, hasBrowser } from '../support/browser.ts';
import { demoParent } from '../support/test-app.ts';
import { openSite, type Site } from './site.ts';

describe.runIf(hasBrowser())('the client, built into one file, in a browser', () => {
  let site: Site;
  let client: string;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'matching-client-'));
    buildClient(folder);
    client = await readFile(join(folder, 'nodejs-streaming-client.js'), 'utf8');
    await rm(folder, { recursive: true });
    site = await openSite();
  }, BROWSER_TEST_TIMEOUT_MS);
  afterAll(async () => site[Symbol.asyncDispose]());
  beforeEach(() => site.far.accept());

  /** Runs an expression in a page that has the client's names. */
  async function run(expression: string): Promise<unknown> {
    const page = await site.newPage();
    await page.route('**/client.js', (route) => route.fulfill({ contentType: 'text/javascript', body: client }));
    await page.exposeFunction('cut', () => site.near.cutAll());
    await page.goto(site.url);
    return page.evaluate(`(async () => {
      const { MatchingStreamClient } = await import('/client.js');
      ${expression}
    })()`);
  }

  test('asks by its handlers and resolves to the offers, over a connection that is cut', async () => {
    const seenBefore = site.near.requests.length;
    const outcome = await run(`
      class Page extends MatchingStreamClient {
        asked = 0;
        seen = [];
        handleProcessingUpdate(message) { this.seen.push(message.sequence); }
        async handleLocationInput() {
          this.asked += 1;
          await cut();
          return { address: 'Potsdamer Platz 1, Berlin' };
        }
        handleMatchResults() {}
      }
      const client = new Page(location.origin, { backoffBaseMs: 10 });
      const { offers } = await client.startMatching('${demoParent(1)}', { limit: 3 });
      return { offers: offers.length, asked: client.asked, seen: client.seen };
    `);
    const { offers, asked, seen } = outcome as { offers: number; asked: number; seen: number[] };
    expect({ offers, asked }).toEqual({ offers: 3, asked: 1 });
    expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => one - other));
    const starts = site.near.requests.slice(seenBefore).filter(({ path }) => path.endsWith('/interactive'));
    expect(starts.map(({ lastEventId }) => Number(lastEventId))).toEqual([0, expect.toSatisfy((id) => id > 0)]);
  });

  test('says which method to override where there is no terminal to ask at', async () => {
    const error = await run(`
      const client = new MatchingStreamClient(location.origin);
      return client.startMatching('${demoParent(1)}').catch(({ code, message }) => ({ code, message }));
    `);
    expect(error).toEqual({ code: 'NO_TERMINAL', message: expect.stringContaining('handleLocationInput') });
  });
});
