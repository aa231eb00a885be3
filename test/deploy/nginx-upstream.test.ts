import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { startNginx } from '../support/services/nginx.ts';

const STREAM = '/api/streaming/sessions/of-somebody/events';
const SHORT = '/healthz';

/** Answers at once, except that a stream never ends; can be away and come back at the same port. */
class Upstream implements AsyncDisposable {
  streams = 0;
  port = 0;
  #server: Server | null = null;

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    await upstream.comeBack();
    return upstream;
  }

  async comeBack(): Promise<void> {
    const server = createServer((asked, answer) => {
      if (asked.url !== STREAM) return answer.end();
      this.streams += 1;
      return answer.write('retry: 2000\n\n');
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    ({ port: this.port } = server.address() as AddressInfo);
    this.#server = server;
  }

  async leave(): Promise<void> {
    if (this.#server === null) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#server = null;
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}

describe.runIf(canStart('nginx'))('deploy/nginx.conf', () => {
  test('asks an instance that came back, and has had only streams since, when the other one goes', async () => {
    await using one = await Upstream.start();
    await using other = await Upstream.start();
    await using nginx = await startNginx({ instances: [one.port, other.port], say: () => {} });
    setDefaultCACertificates([...getCACertificates(), nginx.certificate]);
    const ask = (path: string): Promise<Response> => fetch(`${nginx.url}${path}`);

    await other.leave();
    const foundOut = async (): Promise<boolean> => {
      await (await ask(SHORT)).text();
      return (await nginx.accessLog()).some(({ instance }) => instance?.startsWith(`127.0.0.1:${other.port},`));
    };
    await expect.poll(foundOut).toBe(true);
    await other.comeBack();
    // Until nginx tries it again.
    while (other.streams === 0) {
      expect((await ask(STREAM)).status).toBe(200);
      await delay(100);
    }
    await one.leave();
    expect((await ask(SHORT)).status).toBe(200);
  }, 60_000);
});
