import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of somebody else. */
export interface OtherSite extends AsyncDisposable {
  /** Such as `http://127.0.0.1:12345`. */
  readonly origin: string;
}

/** Starts one on loopback, at an origin of its own: each of its pages has nothing in it. */
export async function openOtherSite(): Promise<OtherSite> {
  const server = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
