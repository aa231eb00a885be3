import { isLoopback } from '../config/loopback.ts';
import { HttpRefusal } from './refusal.ts';

/**
 * Refuses a Host header that is no name of this machine's loopback. A page of another site that has its own name
 * resolve to 127.0.0.1 (DNS rebinding) is of this server's origin to a browser; its Host header gives it away.
 */
export function assertLoopbackHost(host: string | undefined): void {
  // `[::1]:8001` and `localhost:8001`: the port says nothing.
  const name = host?.replace(/:\d+$/u, '').replace(/^\[(.*)\]$/u, '$1');
  if (name === undefined || !isLoopback(name)) throw new HttpRefusal('forbidden');
}
