import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A secret that is long enough, and nobody's. */
export const SECRET = 'a secret of tests, which is long enough';

/** An hour after the time of a machine whose clock is right, in seconds. */
export function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}

/** A token of HS256 by SECRET, of `anna` for an hour unless its claims say otherwise; a claim that is undefined is left out. */
export async function secretToken(claims: Readonly<Record<string, unknown>> = {}, secret = SECRET): Promise<string> {
  const payload: JWTPayload = { sub: 'anna', exp: inAnHour(), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

/** A token put together by hand, of any header and any payload: JSON text as it is, anything else as JSON. */
export function unsignedToken(header: object, payload: object | string, signature = ''): string {
  const parts = [JSON.stringify(header), typeof payload === 'string' ? payload : JSON.stringify(payload)];
  return [...parts.map((part) => Buffer.from(part).toString('base64url')), signature].join('.');
}

/** A key pair, and what its key set says of it. */
export interface SigningKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A token by a key of a key set. */
export async function keyToken({ alg, privateKey, jwk }: SigningKey, claims: JWTPayload = {}): Promise<string> {
  const payload: JWTPayload = { sub: 'anna', exp: inAnHour(), ...claims };
  const header = { alg, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
  return new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
}

/** Who issues tokens, as far as a server sees it: a key set at an address. */
export class KeySetServer implements AsyncDisposable {
  keys: readonly JWK[];
  /** What is answered instead of the keys, if anything. */
  instead: { readonly status: number; readonly body: string } | 'silence' | undefined;
  /** How often it was asked. */
  asked = 0;
  readonly #server: Server;

  private constructor(keys: readonly JWK[]) {
    this.keys = keys;
    this.#server = createServer((_req, res) => {
      this.asked += 1;
      if (this.instead === 'silence') return;
      const { status, body } = this.instead ?? { status: 200, body: JSON.stringify({ keys: this.keys }) };
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
  }

  static async open(...keys: readonly JWK[]): Promise<KeySetServer> {
    const opened = new KeySetServer(keys);
    opened.#server.listen(0, '127.0.0.1');
    await once(opened.#server, 'listening');
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
