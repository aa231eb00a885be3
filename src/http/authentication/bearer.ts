import type { IncomingMessage } from 'node:http';
import { NotAuthenticated } from './not-authenticated.ts';

/** The longest token that is looked at, in characters: Node takes 16 KiB of headers in all. */
const LONGEST_TOKEN = 8192;

/** The scheme does not depend on case (RFC 9110, section 11.1); the token is a `b64token` of RFC 6750. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/iu;

/**
 * The bearer token of a request; undefined where there is none, be it that another scheme is used. Only the Authorization
 * header counts: an address or a cookie gets into logs, histories, and requests that nobody meant to send. Throws
 * NotAuthenticated for two headers, and for what is no token.
 */
export function bearerTokenOf(req: IncomingMessage): string | undefined {
  const [header, ...others] = req.headersDistinct['authorization'] ?? [];
  if (header === undefined) return undefined;
  // Of two, another party on the way may take the one that is not taken here.
  if (others.length > 0) throw new NotAuthenticated('repeated');
  if (!/^bearer(?: |$)/iu.test(header)) return undefined;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined || token.length > LONGEST_TOKEN) throw new NotAuthenticated('malformed');
  return token;
}
