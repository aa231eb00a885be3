import type { z } from 'zod';
import { MapServiceUnavailable } from '../map-service.ts';
import type { Reply } from './send.ts';

/**
 * The answer in a reply. Throws MapServiceUnavailable: `status` where the status is none of a good answer, `garbled`
 * where the body is no JSON of the shape asked for. Both carry the service's own code, if its body has one.
 */
export function readAnswer<T>(service: string, { status, text }: Reply, shape: z.ZodType<T>): T {
  const body = parsed(text);
  if (status < 200 || status > 299) throw new MapServiceUnavailable(service, 'status', { status, code: codeOf(body) });
  const answer = shape.safeParse(body);
  // What zod says of it quotes the answer: it stays here.
  if (!answer.success) throw new MapServiceUnavailable(service, 'garbled', { code: codeOf(body) });
  return answer.data;
}

/** Undefined where the text is no JSON: no shape of an answer lets it pass. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A word alone: a code that said more could quote what was asked. */
function codeOf(body: unknown): string | null {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return typeof code === 'string' && /^[A-Za-z]{1,40}$/.test(code) ? code : null;
}
