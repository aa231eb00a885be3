import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';
import type { Client } from './client-address.ts';

/** What a page of this server may load: nothing, unless its route says otherwise. */
const NOTHING = {
  'default-src': ["'none'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** How long a browser is to keep to https, once it was spoken to in it: a year. */
const HTTPS_ONLY_SECONDS = 31_536_000;

/**
 * Sets the headers that keep browsers from doing more with an answer than is meant: to keep it, to guess its type, to frame
 * it, to have it load anything, or to say where a link was followed. Only who came by https is told to stay with it.
 */
export function createSecurityHeaders(): (res: ServerResponse, client: Pick<Client, 'isSecure'>) => void {
  const plain = plainSecurityHeaders();
  const secure = headers({ maxAge: HTTPS_ONLY_SECONDS, includeSubDomains: false });
  return (res, { isSecure }) => void res.setHeaders(isSecure ? secure : plain);
}

/** The same by name, as they are on every answer, where https was not spoken. */
export function plainSecurityHeaders(): Map<string, string> {
  return headers(false);
}

/** What helmet sets: the same on every response, so it is asked once. */
function headers(strictTransportSecurity: NonNullable<HelmetOptions['strictTransportSecurity']>): Map<string, string> {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity,
    xFrameOptions: { action: 'deny' },
  });
  set(res.req, res, () => undefined);
  res.setHeader('Cache-Control', 'no-store');
  return new Map(res.getHeaderNames().map((name) => [name, String(res.getHeader(name))]));
}
