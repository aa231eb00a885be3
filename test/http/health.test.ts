import { describe, expect, it, vi } from 'vitest';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('health', () => {
  it('alive is 200 as long as the process answers', async () => {
    await using server = await startHttpTestServer({ checks: { database: () => Promise.reject(new Error('down')) } });
    const answer = await fetch(`${server.url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect((await fetch(`${server.url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  });

  it('ready is 200 when every check passes', async () => {
    await using server = await startHttpTestServer({ checks: { database: async () => 1, sessions: async () => 2 } });
    const answer = await fetch(`${server.url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ok', checks: { database: 'ok', sessions: 'ok' } },
    ]);
  });

  it('not ready is 503 with the names of what failed, and never the reason', async () => {
    await using server = await startHttpTestServer({
      checks: {
        database: () => Promise.reject(Object.assign(new Error('no host db.internal'), { code: 'ENOTFOUND' })),
        sessions: async () => 2,
      },
    });
    const answer = await fetch(`${server.url}/readyz`);
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'failed', sessions: 'ok' } },
    ]);
    expect(text + server.logText()).not.toContain('db.internal');
    expect(server.logged()).toContainEqual(
      expect.objectContaining({
        check: 'database',
        cause: expect.objectContaining({ name: 'Error', code: 'ENOTFOUND' }),
      }),
    );
  });

  it('a check that hangs has failed after two seconds, and leaves no timer', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock, checks: { database: () => new Promise(() => undefined) } });
    const asked = fetch(`${server.url}/readyz`);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(2000);
    expect((await asked).status).toBe(503);
    expect(clock.pending).toBe(0);
  });
});
