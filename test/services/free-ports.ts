import { type AddressInfo, createServer, type Server } from 'node:net';

const HOST = '127.0.0.1';

/** The first of so many ports in a row that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const any = await listening(0);
    const first = (any.address() as AddressInfo).port;
    const servers = [any];
    try {
      while (servers.length < count) servers.push(await listening(first + servers.length));
      return first;
    } catch {
      // Somebody has one of them: others are tried.
    } finally {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  }
}

/** Listens there until it is disposed of. */
export async function occupied(port: number): Promise<AsyncDisposable> {
  const server = await listening(port);
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listening(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });
}
