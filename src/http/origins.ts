import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Client } from './client-address.ts';
import { HttpRefusal } from './refusal.ts';

/** Other sites whose pages may call; `*`: those of all. */
export type AllowedOrigins = '*' | readonly string[];

/**
 * Lets a request in by where it comes from, and says in the response what its page may read. True where it was a
 * preflight, which is answered by that. Throws HttpRefusal forbidden.
 */
export type OriginGuard = (req: IncomingMessage, res: ServerResponse, client: Client) => boolean;

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
const REQUEST_HEADERS = ['Accept', 'Authorization', 'Content-Type', 'Last-Event-ID'];
const RESPONSE_HEADERS = ['Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'];
/** How long a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * Pages of this server's own origin may call, and those of the origins that are allowed; of all others nothing gets in,
 * reads included: a page that cannot read an answer could still use up what its visitor may ask for. `Origin: null` is
 * everybody's and never allowed. What is no page sends no Origin, and passes.
 */
export function createOriginGuard(allowed: AllowedOrigins): OriginGuard {
  const share = cors<IncomingMessage>({
    origin: allowed === '*' ? allowed : [...allowed],
    // With `*` there are no tokens, and what a browser adds by itself is to stay out of it.
    credentials: allowed !== '*',
    methods: METHODS,
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: RESPONSE_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
  return (req, res, client) => {
    const { origin } = req.headers;
    res.setHeader('Vary', 'Origin');
    if (origin === undefined) return assertNoForeignPage(req);
    if (origin === ownOrigin(req, client)) return false;
    if (origin === 'null' || !(allowed === '*' || allowed.includes(origin))) throw new HttpRefusal('forbidden');
    let goesOn = false;
    share(req, res, () => {
      goesOn = true;
    });
    return !goesOn;
  };
}

/** As a browser writes it: without the port where that is the scheme's own. */
function ownOrigin({ headers: { host = '' } }: IncomingMessage, { isSecure }: Client): string | undefined {
  return URL.parse(`${isSecure ? 'https' : 'http'}://${host}`)?.origin;
}

/**
 * Pages have images, scripts and frames fetched without an Origin; browsers then say in Sec-Fetch-Site whose page it is.
 * A link that a person follows is no such thing: the answer is theirs alone to see.
 */
function assertNoForeignPage({ headers, method }: IncomingMessage): false {
  const site = headers['sec-fetch-site'];
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && !(isLink && (method === 'GET' || method === 'HEAD'))) throw new HttpRefusal('forbidden');
  return false;
}
