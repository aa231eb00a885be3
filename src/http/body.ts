import { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

/** The largest body that is taken, GraphQL's too: 64 KiB. */
export const BODY_LIMIT_BYTES = 65_536;

/** The client left before its request was complete: there is nobody to answer. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

/**
 * A request's whole body, however it is sent. Rejects with HttpRefusal (413) as soon as more than the limit is
 * announced or has come, and with ClientLeft.
 */
export function readBody(req: IncomingMessage, limit = BODY_LIMIT_BYTES): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const tooLarge = (): void => {
    chunks.length = 0;
    // What still comes is thrown away, and the connection stays: a client that reads only when it has sent everything
    // would find a closed one, and no answer. The time that a request may take bounds it.
    req.removeAllListeners('data').resume();
    reject(bodyTooLarge(limit));
  };
  req.once('close', () => reject(new ClientLeft()));
  req.once('error', () => reject(new ClientLeft()));
  if (Number(req.headers['content-length']) > limit) {
    tooLarge();
    return promise;
  }
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) tooLarge();
    else chunks.push(chunk);
  });
  req.once('end', () => {
    const body = Buffer.concat(chunks);
    // A request lives as long as its stream: it is not to hold its body twice.
    chunks.length = 0;
    resolve(body);
  });
  return promise;
}

function bodyTooLarge(limit: number): HttpRefusal {
  return new HttpRefusal('invalid_request', {
    status: 413,
    message: `The body is too large: at most ${limit} bytes are taken.`,
    details: { issues: [{ path: 'body', message: `at most ${limit} bytes` }] },
  });
}

/** The same request with its body still to be read: the libraries behind the gate take no body that was read. */
export function withBody(req: IncomingMessage, body: Buffer): IncomingMessage {
  const replayed = new IncomingMessage(req.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = req;
  Object.assign(replayed, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor });
  replayed.push(body);
  replayed.push(null);
  replayed.complete = true;
  return replayed;
}
