import type { Server } from 'node:http';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Such as `http://127.0.0.1:8001`, without a slash at its end. */
  readonly url: string;
}

/** The address cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** The setting that a listener has its port from. */
type PortSetting = 'PORT' | 'METRICS_PORT';

const WHY_NOT: Readonly<Record<string, (setting: PortSetting) => string>> = {
  EADDRINUSE: (setting) => `is in use. Stop what listens there, or set ${setting} (0 takes a free one).`,
  EACCES: (setting) => `may not be listened on by this user. Set ${setting} to 1024 or more.`,
  EADDRNOTAVAIL: () => 'is no address of this machine. Set HOST to one that is.',
  ENOTFOUND: () => 'cannot be resolved. Set HOST to an address of this machine.',
};

/** Listens; port 0 takes a free one. Rejects with ListenError when the address cannot be had. */
export async function listen(
  server: Server,
  { host, port }: Pick<Address, 'host' | 'port'>,
  setting: PortSetting,
): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server
    .once('error', (error: NodeJS.ErrnoException) => {
      const why = WHY_NOT[error.code ?? '']?.(setting);
      reject(why === undefined ? error : new ListenError(`${host}:${port} ${why}`, { cause: error }));
    })
    .listen({ host, port }, resolve);
  await promise;
  server.removeAllListeners('error');
  const bound = server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return { host, port: taken, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` };
}
