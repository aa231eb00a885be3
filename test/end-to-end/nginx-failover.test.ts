import { describe, expect, inject, test } from 'vitest';
import type { ResponseData } from '../../src/client/client-options.ts';
import { MatchingStreamClient } from '../../src/client/index.ts';
import { HttpRefusal } from '../../src/http/refusal.ts';
import { RestClient } from '../support/rest-client.ts';
import { canStart } from '../support/services/bring-program.ts';
import { createDatabase } from '../support/services/databases.ts';
import { ADDRESS, asked, eventsOf, refusal, startSite } from '../support/site.ts';
import { demoParent } from '../support/test-app.ts';

/** A client of which nobody is asked at a terminal: what a person does is handed in. */
class ThinkingClient extends MatchingStreamClient {
  readonly #think: () => Promise<void>;
  readonly seen: number[] = [];

  constructor(url: string, think: () => Promise<void>) {
    super(url, { terminal: null, backoffBaseMs: 100, backoffCapMs: 500 });
    this.#think = think;
  }

  override handleProcessingUpdate({ sequence }: { readonly sequence: number }): void {
    this.seen.push(sequence);
  }

  override async handleLocationInput({ sequence }: { readonly sequence: number }): Promise<ResponseData> {
    this.seen.push(sequence);
    await this.#think();
    return ADDRESS;
  }

  override handleMatchResults({ sequence }: { readonly sequence: number }): void {
    this.seen.push(sequence);
  }
}

describe.runIf(canStart('nginx'))('when an instance behind nginx is killed', () => {
  test('who was reading there resumes on the other, through the same address, and sees each event once', async () => {
    await using database = await createDatabase({ url: inject('postgresUrl') });
    await using site = await startSite(database);
    const [killed, other] = site.instances;
    const questions = Promise.withResolvers<void>();
    const gone = questions.promise.then(() => killed.kill());
    let asking = 0;
    // Streams lie on both instances: the one with the fewest gets the next.
    const people = Array.from({ length: 4 }, () => {
      return new ThinkingClient(site.nginx.url, async () => {
        asking += 1;
        if (asking === 4) questions.resolve();
        await gone;
      });
    });
    const results = await Promise.all(people.map((person) => person.startMatching(demoParent(1))));
    const lines = (await site.nginx.accessLog()).filter(({ path }) => path?.endsWith('/interactive'));
    // Some were cut where they read, and came back to the other.
    expect(lines.map(({ instance }) => instance)).toContain(`127.0.0.1:${killed.port}`);
    expect(lines.length).toBeGreaterThan(people.length);
    expect(lines.at(-1)?.['instance']).toBe(`127.0.0.1:${other.port}`);
    for (const [index, person] of people.entries()) {
      expect(person.seen).toEqual(Array.from({ length: results[index]?.sequence ?? 0 }, (_, at) => at + 1));
    }
  }, 60_000);

  test('and the other one too, nginx says so as the service would, and its logs keep no ticket of it', async () => {
    await using database = await createDatabase({ url: inject('postgresUrl') });
    await using site = await startSite(database);
    const { stream } = await asked(new RestClient(site.nginx.url));
    await Promise.all(site.instances.map((one) => one.kill()));
    await expect(stream.toEnd()).rejects.toThrow(/\S/u);
    const response = await fetch(`${site.nginx.url}${eventsOf('some-session')}?ticket=canary-ticket`);
    const body = (await response.json()) as { timestamp?: number };
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(body).toEqual(refusal(new HttpRefusal('unavailable', { details: { retryAfterMs: 2000 } }), response, body));
    await expect.poll(async () => site.nginx.everyLog()).toContain('"status":"503"');
    expect(await site.nginx.everyLog()).not.toContain('canary');
  }, 60_000);
});
