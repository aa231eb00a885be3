import { createPublicKey } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';

/** Far more than any set of keys takes: a key of RSA is some 400 bytes, or 3,000 with its certificates. */
const MOST_BYTES = 262_144;

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/**
 * An answer of a key set's server without the keys that nobody can use. Rejects where it is too long, is no key set, or
 * has no key that could be used, or another status than 200: such an answer says nothing of the keys that were there
 * before.
 */
export async function readKeySet(response: Response): Promise<Response> {
  if (response.status !== 200) throw new TypeError(`the status is ${response.status}`);
  const { keys, ...others } = keySet.parse(JSON.parse(await textOf(response)));
  const usable = keys.filter(isPublicKey);
  if (usable.length === 0) throw new TypeError('there is no public key in the key set');
  return Response.json({ ...others, keys: usable });
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new RangeError('the key set is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Of a private one, which never belongs in a key set, nobody is to be believed by. */
function isPublicKey(key: JWK): boolean {
  if (key.d !== undefined) return false;
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
