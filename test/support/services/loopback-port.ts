import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** A Redis in a cluster speaks to the others on its port and this more (redis.conf, `cluster-port`). */
export const CLUSTER_BUS_OFFSET = 10_000;

/**
 * Systems give ports from 32768 up to outgoing connections. Below it nobody takes the port while its server is down,
 * and a client that keeps trying cannot come to be connected to itself.
 */
const LOWEST_PORT = 12_000;
const HIGHEST_PORT = 22_000;

/** A port of 127.0.0.1 that nobody listens on, and neither on the one that a cluster would use with it. */
export async function freeLoopbackPort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS_OFFSET))) return port;
  }
  throw new Error('no free port was found on 127.0.0.1');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
