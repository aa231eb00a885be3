import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type HttpTestServer, startHttpTestServer } from '../support/http-test-server.ts';
import { sampleUpdate } from '../support/sample-events.ts';
import { RawReader, WAYS } from './ways.ts';

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
const POST = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Sends these very bytes, and reads whatever comes until the server closes. */
async function sent(server: HttpTestServer, text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('what is no request', () => {
  test.each([
    ['rubbish', 'rubbish\r\n\r\n', 400],
    ['another protocol', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', 400],
    ['a header without a name', `${GET}: evil\r\n\r\n`, 400],
    ['a header with a bare line break', `${GET}X: a\nEvil: b\r\n\r\n`, 400],
    ['a header with a NUL', `${GET}X: a\0b\r\n\r\n`, 400],
    ['two lengths', `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`, 400],
    ['a length and chunks', `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a length that is none', `${POST}Content-Length: -1\r\n\r\n`, 400],
    ['a chunk whose length is none', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['headers that are too large', `${GET}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path that is too long', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['a method that is none', 'FETCH /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ])('%s is answered in the shape of every refusal, and says nothing of it', async (_what, text, status) => {
    await using server = await startHttpTestServer();
    const answer = await sent(server, text);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    expect(head).toMatch(/^Content-Type: application\/json; charset=utf-8$/mu);
    expect(head).toMatch(/^Connection: close$/mu);
    const requestId = /^X-Request-Id: (.+)$/mu.exec(head)?.[1];
    expect(JSON.parse(body)).toMatchObject({
      type: 'error',
      error_code: 'invalid_request',
      details: { request_id: requestId },
    });
    expect(answer).not.toMatch(/evil|aaaa|HPE_|Parse/iu);
    const { code: _, ...line } = server.logged()[0] ?? {};
    expect(line).toEqual({ level: 'info', time: expect.any(String), requestId, status, msg: expect.any(String) });
  });

  test('in the rest of a request that was answered before all of it came, is not answered once more', async () => {
    await using server = await startHttpTestServer();
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => undefined);
    socket.write(`${POST}Transfer-Encoding: chunked\r\n\r\n1ffff\r\n${' '.repeat(0x1ffff)}\r\n`);
    while (!answer.includes('at most 65536 bytes')) await once(socket, 'data');
    socket.write('zz\r\n');
    await once(socket, 'close');
    expect(answer.match(/HTTP\/1\.1 \d+/gu)).toEqual(['HTTP/1.1 413']);
  });

  test('on a connection of which a stream is being read, cuts it, and writes nothing into it', async () => {
    await using server = await startHttpTestServer();
    for (const way of WAYS) {
      using reader = new RawReader(server.port, way.attach('some-session'));
      server.service.feed.push(sampleUpdate(1));
      while (!reader.text.includes('sampl') && !reader.text.includes('"sequence":1')) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      reader.ask({ method: 'rubbish' as 'GET', path: '', headers: {}, body: '' });
      await reader.over;
      expect(reader.text.match(/HTTP\/1\.1 \d+/gu)).toEqual(['HTTP/1.1 200']);
    }
  });

  test.each([
    ['a request whose body breaks', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['rubbish', 'rubbish\r\n\r\n'],
  ])('%s behind a request that is at work is not answered in its place', async (_what, text) => {
    await using server = await startHttpTestServer();
    const atWork = Promise.withResolvers<void>();
    server.service.before = () => {
      atWork.resolve();
      return new Promise(() => undefined);
    };
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => undefined);
    socket.write('GET /api/streaming/sessions/some-session/status HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await atWork.promise;
    socket.write(text);
    await once(socket, 'close');
    expect(answer).toBe('');
  });
});

describe('what HTTP wants of a request', () => {
  test.each([
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', `${GET}Host: localhost\r\nConnection: close\r\n\r\n`, 400],
    ['no Host in HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 400],
    [
      'another host in its path',
      'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      404,
    ],
    ['an expectation that nobody knows', `${GET}Expect: miracles\r\nConnection: close\r\n\r\n`, 417],
    ['a protocol to change to', `${GET}Upgrade: websocket\r\nConnection: close, upgrade\r\n\r\n`, 200],
  ])('is known of one with %s', async (_what, text, status) => {
    await using server = await startHttpTestServer({ loopbackHostsOnly: false });
    const answer = await sent(server, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    expect(answer).toMatch(/^content-type: application\/json; charset=utf-8$/imu);
  });

  test.each([
    'a b',
    'evil.example/',
    'user@evil.example',
    '[::1',
    'a,b',
    'bücher.example',
    'a'.repeat(300),
    ':80',
    'localhost:99999',
    '[::1]:65536',
    '256.1.1.1',
    '1.2.3.4.5',
    '[1::2::3]',
  ])('is a Host that may be one, which "%s" is not, wherever a token is asked for', async (host) => {
    await using server = await startHttpTestServer({ loopbackHostsOnly: false });
    const answer = await sent(server, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
  });

  test('is asked before a body is: one that nobody wants is not sent', async () => {
    await using server = await startHttpTestServer();
    const text = `${POST.replace('/graphql', '/nothing')}Content-Length: 1000\r\nConnection: close\r\n\r\n`;
    expect(await sent(server, text)).toMatch(/^HTTP\/1\.1 404 /u);
  });
});
