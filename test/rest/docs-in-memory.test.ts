import { readdirSync, readlinkSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

const BUNDLE = '/docs/static/swagger-ui-bundle.js';
const CSS = '/docs/static/swagger-ui.css';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what anybody may read of the documentation', () => {
  test.each(['/openapi.json', '/docs/json', '/docs/yaml', CSS, BUNDLE])(
    'is one buffer for all its readers: %s',
    async (path) => {
      await using server = await startHttpTestServer();
      const end = vi.spyOn(ServerResponse.prototype, 'end');
      for (const _reader of ['one', 'another']) await rawRequest(server.port, { path });
      const [one, another] = end.mock.calls.map(([chunk]: readonly unknown[]) => chunk);
      expect(one).toBeInstanceOf(Buffer);
      expect(another).toBe(one);
    },
  );

  test.runIf(process.platform === 'linux')('holds no file open for 200 requests that nobody reads', async () => {
    await using server = await startHttpTestServer();
    const readers = await Promise.all(Array.from({ length: 20 }, () => unread(server.port, 10)));
    const open = openFiles();
    for (const reader of readers) reader.destroy();
    expect(open.filter((file) => file.includes('swagger-ui'))).toEqual([]);
  });

  test('is the same document at each of its addresses', async () => {
    await using server = await startHttpTestServer();
    const [own, ofPage] = await Promise.all(
      ['/openapi.json', '/docs/json'].map((path) => rawRequest(server.port, { path })),
    );
    expect(JSON.parse(own?.body ?? '')).toMatchObject({ openapi: '3.1.0' });
    expect(ofPage?.body).toBe(own?.body);
    const yaml = await rawRequest(server.port, { path: '/docs/yaml' });
    expect([yaml.headers['content-type'], yaml.body]).toEqual([
      'application/x-yaml',
      expect.stringMatching(/^openapi: 3\.1\.0$/mu),
    ]);
  });
});

describe('a file of the page', () => {
  test.each([
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['swagger-ui-bundle.js', 'application/javascript; charset=utf-8'],
    ['swagger-ui-standalone-preset.js', 'application/javascript; charset=utf-8'],
    ['swagger-initializer.js', 'application/javascript; charset=utf-8'],
    ['favicon-32x32.png', 'image/png'],
    ['logo.svg', 'image/svg+xml'],
    ['oauth2-redirect.html', 'text/html; charset=utf-8'],
  ])('says what it is, to HEAD too: %s', async (name, type) => {
    await using server = await startHttpTestServer();
    const path = `/docs/static/${name}`;
    const answer = await rawRequest(server.port, { path });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    const head = await rawRequest(server.port, { method: 'HEAD', path });
    expect([head.status, head.body, head.headers['content-type']]).toEqual([200, '', type]);
    expect(Number(head.headers['content-length'])).toBe(Number(answer.headers['content-length']));
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
  });

  test('is not sent again to whoever has it, under the same tag or the weak one that a proxy makes of it', async () => {
    await using server = await startHttpTestServer();
    const { etag = '' } = (await rawRequest(server.port, { path: CSS })).headers;
    for (const had of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
      const answer = await rawRequest(server.port, { path: CSS, headers: { 'if-none-match': had } });
      expect([answer.status, answer.body, answer.headers.etag]).toEqual([304, '', etag]);
      expect(answer.headers['cache-control']).toBe('public, max-age=0');
    }
    const { status } = await rawRequest(server.port, { path: CSS, headers: { 'if-none-match': '"another"' } });
    expect(status).toBe(200);
    expect((await rawRequest(server.port, { path: BUNDLE })).headers.etag).not.toBe(etag);
  });

  test('that is not the one of If-Match is 412, and no fault of the service', async () => {
    await using server = await startHttpTestServer();
    const { etag = '' } = (await rawRequest(server.port, { path: CSS })).headers;
    const answer = await rawRequest(server.port, { path: CSS, headers: { 'if-match': '"another"' } });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([412, { error_code: 'invalid_request' }]);
    expect((await rawRequest(server.port, { path: CSS, headers: { 'if-match': etag } })).status).toBe(200);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is sent whole, whatever range is asked for', async () => {
    await using server = await startHttpTestServer();
    const { body } = await rawRequest(server.port, { path: CSS });
    for (const range of ['bytes=0-9', 'bytes=99999999-']) {
      const answer = await rawRequest(server.port, { path: CSS, headers: { range } });
      expect([answer.status, answer.body === body]).toEqual([200, true]);
    }
  });
});

/** A connection on which as many requests for the largest file stand, with the first bytes of an answer there. */
async function unread(port: number, requests: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${BUNDLE} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(requests));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject).once('readable', resolve);
  await promise;
  return socket.off('error', reject).on('error', () => {});
}

/** Each by its path. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The one by which the folder was listed is closed again.
      return [];
    }
  });
}
