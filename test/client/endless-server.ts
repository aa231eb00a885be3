import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server whose every answer has a beginning and no end. */
export interface EndlessServer extends AsyncDisposable {
  readonly url: string;
  /** Resolves once whoever asked has left. */
  left(): Promise<void>;
}

/** `body`: what every answer begins with. */
export async function startEndlessServer(status: number, type: string, body: string): Promise<EndlessServer> {
  const gone = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.once('close', gone.resolve).writeHead(status, { 'content-type': type });
    response.write(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left: () => gone.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
