import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddress from 'proxy-addr';

/** Where a request comes from, as far as the proxies that are believed say so. Never for a log. */
export interface Client {
  /** An IP address, an IPv4 one never in the form of IPv6; empty where the connection is over. */
  readonly address: string;
  /** Whether the client speaks https, with a proxy in front. */
  readonly isSecure: boolean;
}

const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu;

/**
 * Finds out where requests come from.
 *
 * @param trustProxy addresses and prefixes of proxies: of X-Forwarded-For the last address that is none of them counts, and
 * X-Forwarded-Proto where the connection comes from one of them. Whatever others say in these headers, anybody could.
 */
export function createClientOf(trustProxy: readonly string[]): (req: IncomingMessage) => Client {
  const isTrusted = proxyAddress.compile([...trustProxy]);
  return (req) => {
    const peer = withoutMapping(req.socket.remoteAddress ?? '');
    if (!isTrusted(peer, 0)) return { address: peer, isSecure: false };
    const said = withoutMapping(proxyAddress(req, isTrusted));
    return { address: isIP(said) === 0 ? peer : said, isSecure: saysHttps(req) };
  };
}

function withoutMapping(address: string): string {
  return address.replace(MAPPED_IPV4, '');
}

/** Each proxy on the way may have added what it was spoken to in; the first is the one that the client met. */
function saysHttps({ headers }: IncomingMessage): boolean {
  return /^\s*https\s*(?:,|$)/iu.test(headers['x-forwarded-proto']?.toString() ?? '');
}
