import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/loopback.ts';
import { HttpRefusal } from './refusal.ts';

/** A name, an IPv4 address or an IPv6 address in brackets, and maybe a port (RFC 3986, section 3.2; no names but ASCII). */
const HOST = /^(?:\[[\da-f:.]{2,45}\]|[a-z\d._-]{1,253})(?::\d{1,5})?$/iu;

/**
 * Refuses a request whose Host header does not say one host, with 400 (RFC 9112, section 3.2), and, where only loopback
 * names are taken, one that names another, with 403. A page of another site that has its own name resolve to 127.0.0.1
 * (DNS rebinding) is of this server's origin to a browser; its Host header gives it away.
 */
export function assertHost(req: IncomingMessage, loopbackOnly: boolean): void {
  const [host, ...others] = req.headersDistinct['host'] ?? [];
  if (host === undefined || others.length > 0) throw noHost();
  if (loopbackOnly) assertLoopbackName(host);
  // That form fits ports and addresses that are none, too: those behind the gate make a URL of it.
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) throw noHost();
}

function assertLoopbackName(host: string): void {
  // `[::1]:8001` and `localhost:8001`: the port says nothing.
  const name = host.replace(/:\d+$/u, '').replace(/^\[(.*)\]$/u, '$1');
  if (!isLoopback(name)) throw new HttpRefusal('forbidden');
}

function noHost(): HttpRefusal {
  return new HttpRefusal('invalid_request', { message: 'The request must have one Host header, which names a host.' });
}
