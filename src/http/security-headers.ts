import type { IncomingMessage, ServerResponse } from 'node:http';
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
 * Sets the headers that keep browsers from doing more with an answer than is meant: to guess its type, to frame it, to have
 * it load anything, or to say where a link was followed. Only who came by https is told to stay with it.
 */
export function createSecurityHeaders(): (req: IncomingMessage, res: ServerResponse, client: Client) => void {
  const plain = headers(false);
  const secure = headers({ maxAge: HTTPS_ONLY_SECONDS, includeSubDomains: false });
  return (req, res, { isSecure }) => (isSecure ? secure : plain)(req, res, () => undefined);
}

function headers(strictTransportSecurity: NonNullable<HelmetOptions['strictTransportSecurity']>) {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity,
    xFrameOptions: { action: 'deny' },
  });
}
