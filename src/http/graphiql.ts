import type { IncomingMessage } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { Answer } from './refusal.ts';

/**
 * What GraphiQL may load: itself alone. It is one page with its scripts and styles in it, which nothing of a request gets
 * into, and it makes its editor's workers of what it has.
 */
export const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'worker-src blob:',
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Whether a browser asks for GraphiQL itself, which is no GraphQL request. */
export function asksForGraphiql({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

/** The page, some 9 MB: made once, and the same bytes for everybody, however many do not read them. */
export function graphiqlPage(): Answer<Buffer> {
  // From this package instead of a public network of files: the page works offline, and nobody else hears of it. By POST: a
  // session is never started by GET, which GraphiQL would use for subscriptions.
  const page = renderGraphiQL({ title: 'Childcare matching', subscriptionsProtocol: 'SSE', method: 'POST' });
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: Buffer.from(page) };
}
