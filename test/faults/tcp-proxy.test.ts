import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TcpProxy, type TcpProxyOptions } from './tcp-proxy.ts';

/** What the server was told, and by which connection: it gives everything back. */
const heard: string[] = [];
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    heard.push(chunk.toString());
    socket.write(chunk);
  });
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** A proxy before the server. */
async function openProxy(options: Partial<TcpProxyOptions> = {}): Promise<TcpProxy> {
  heard.length = 0;
  return TcpProxy.open({ target: (server.address() as AddressInfo).port, ...options });
}

/** A client that keeps what it is told. */
class TestClient implements Disposable {
  text = '';
  /** The code of the error that ended it; empty without one. */
  error = '';
  readonly socket: Socket;
  /** Resolves when it is over, in whatever way. */
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? '';
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => resolve());
    });
  }

  /** Says something and waits until it has come back. */
  async echo(word: string): Promise<void> {
    this.socket.write(word);
    await vi.waitFor(() => {
      if (!this.text.includes(word)) throw new Error(`'${word}' has not come back`);
    });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

test('bytes pass both ways, and so does the end of a stream', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  await client.echo('hello');
  client.socket.end();
  await client.closed;
  expect(client.error).toBe('');
  await expect.poll(() => proxy.links).toBe(0);
});

test('a cut link is reset at both ends, and another one can be made', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  await client.echo('hello');
  proxy.cut();
  await client.closed;
  expect(client.error).toBe('ECONNRESET');
  using other = new TestClient(proxy.port);
  await other.echo('again');
});

test('refused connections fail while open ones go on, until it is over', async () => {
  await using proxy = await openProxy();
  using open = new TestClient(proxy.port);
  await open.echo('before');
  proxy.refuse();
  using refused = new TestClient(proxy.port);
  await refused.closed;
  expect(refused.error).toBe('ECONNREFUSED');
  await open.echo('meanwhile');
  await proxy.pass();
  using later = new TestClient(proxy.port);
  await later.echo('later');
});

test('a black hole swallows what is said on links of its time for ever, and leaves those after it alone', async () => {
  await using proxy = await openProxy();
  using before = new TestClient(proxy.port);
  await before.echo('before');
  proxy.blackHole();
  before.socket.write('lost');
  using during = new TestClient(proxy.port);
  during.socket.write('lost too');
  await once(during.socket, 'connect');
  await proxy.pass();
  before.socket.write('still lost');
  using after = new TestClient(proxy.port);
  await after.echo('after');
  expect(heard).toEqual(['before', 'after']);
  expect([before.text, during.text]).toEqual(['before', '']);
  expect([before.error, during.error]).toEqual(['', '']);
});

test('with replies alone lost, requests are heard and never answered', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  await client.echo('first');
  proxy.blackHole('replies');
  client.socket.write('second');
  await expect.poll(() => heard).toEqual(['first', 'second']);
  expect(client.text).toBe('first');
});

test('with requests alone lost, the server hears nothing more', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  await client.echo('first');
  proxy.blackHole('requests');
  client.socket.write('second');
  await proxy.pass();
  using other = new TestClient(proxy.port);
  await other.echo('third');
  expect(heard).toEqual(['first', 'third']);
});

test('a lost reply is that of a request that was carried out; smaller replies pass before it', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  const lost = proxy.loseNextReply(10);
  await client.echo('small');
  client.socket.write('larger than that');
  await lost;
  await client.closed;
  expect(heard).toEqual(['small', 'larger than that']);
  expect(client.text).toBe('small');
  using other = new TestClient(proxy.port);
  await other.echo('as large as that was');
});

test('only marked links are meant where it says so, those that are marked later included', async () => {
  await using proxy = await openProxy({ marks: /subscribe/u });
  using marked = new TestClient(proxy.port);
  using plain = new TestClient(proxy.port);
  await marked.echo('subscribe');
  await plain.echo('plain');
  proxy.blackHole('both', 'marked');
  marked.socket.write('lost');
  await plain.echo('passes');
  using late = new TestClient(proxy.port);
  late.socket.write('subscribe late');
  await plain.echo('passes again');
  expect([marked.text, late.text]).toEqual(['subscribe', '']);
  proxy.cut('marked');
  await Promise.all([marked.closed, late.closed]);
  await plain.echo('to the end');
});

test('slowed replies keep their order, also when it is over before they have come', async () => {
  await using proxy = await openProxy();
  using client = new TestClient(proxy.port);
  proxy.slow(50);
  client.socket.write('one ');
  await expect.poll(() => heard.length).toBe(1);
  client.socket.write('two ');
  await expect.poll(() => heard.length).toBe(2);
  proxy.slow(0);
  await client.echo('three');
  expect(client.text).toBe('one two three');
});
