import type { IncomingMessage } from 'node:http';

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
