import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from '../support/raw-request.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { Program } from '../support/program.ts';

const stack = new AsyncDisposableStack();
let app: TestApp;
let port: number;
beforeAll(async () => {
  app = stack.use(await startTestApp());
  const server = stack.use(new Program('node', ['examples/browser/serve.js', app.url, '0']));
  const [url] = await server.prints(/http:\/\/127\.0\.0\.1:\d+/);
  port = Number(new URL(url).port);
}, 60_000);
afterAll(() => stack.disposeAsync());

const statusOf = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
  (await rawRequest(port, { path, headers })).status;

describe('serve.js', () => {
  test('serves the page with what it is made of, and no other file', async () => {
    const page = await rawRequest(port, { path: '/' });
    const parts = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(parts).toEqual(['/page.css', '/page.js']);
    expect(await Promise.all(['/', ...parts, '/session.js'].map((path) => statusOf(path)))).toEqual([
      200, 200, 200, 200,
    ]);
    for (const path of ['/serve.js', '/../client.py', '/..%2fclient.py', '//', '/nothing']) {
      expect(await statusOf(path)).toBe(404);
    }
  });

  test('passes the API on as it is, refusals included', async () => {
    const path = '/api/streaming/sessions/no-such-session/status';
    const direct = await rawRequest(Number(new URL(app.url).port), { path });
    const passed = await rawRequest(port, { path });
    const bare = ({ status, body }: typeof passed) => {
      const said = JSON.parse(body) as { readonly details: object };
      return [status, { ...said, timestamp: 0, details: { ...said.details, request_id: '' } }];
    };
    expect(bare(passed)).toEqual(bare(direct));
    expect(passed.status).toBe(404);
  });

  test.each(['/', '/api/streaming/sessions/no-such-session/status'])(
    'gives nothing at %s to the page of another site, whatever name that has taken',
    async (path) => {
      expect(await statusOf(path, { host: 'evil.example' })).toBe(403);
      expect(await statusOf(path, { origin: 'https://evil.example' })).toBe(403);
      expect(await statusOf(path, { origin: 'null' })).toBe(403);
      const own = `127.0.0.1:${port}`;
      expect(await statusOf(path, { host: own, origin: `http://${own}` })).not.toBe(403);
    },
  );
});
