import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** Whose calls are counted together. */
export interface CountedCaller {
  readonly account: string;
  /** The client's IP address. */
  readonly address: string;
  /** Whether the account was shown to be the caller's: it is what counts then, otherwise the address. */
  readonly authenticated: boolean;
}

/**
 * A name for whose calls are counted together, 43 characters: the SHA-256 of the account or of the network, in
 * base64url. It keeps accounts and addresses from whoever sees the keys; it is no secret, since addresses are few.
 */
export function nameOfCaller({ account, address, authenticated }: CountedCaller): string {
  const who = authenticated ? ['account', account] : ['network', networkOf(address)];
  // JSON writes any two texts differently, those with lone surrogates too.
  return createHash('sha256').update(JSON.stringify(who)).digest('base64url');
}

/** How much of an IPv6 address names a network: providers give each customer 64 bits or more (RFC 6177). */
const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;

/**
 * The part of an address that one caller cannot choose: an IPv4 address, written as IPv6 or not, all of it; of an IPv6
 * address the first 64 bits. Anything else is given back as it is.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const [high = 0, low = 0] = groups.slice(-2);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const network = groups.slice(0, GROUPS_OF_A_NETWORK).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address. A URL writes its last four bytes, and all else, in one way only. */
function groupsOf(address: string): number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = written
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array.from({ length: GROUPS - head.length - tail.length }, () => 0), ...tail];
}
