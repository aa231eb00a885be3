import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { HttpTestServer } from '../support/http-test-server.ts';

export const START_PATH = '/api/streaming/matches/interactive';
export const RESPOND_PATH = '/api/streaming/interactions/respond';
export const EVENTS_PATH = '/api/streaming/sessions/some-session/events';
export const PARENT_ID = '550e8400-e29b-41d4-a716-446655440001';

/** The two ways to a stream, and how each is asked. */
export const STREAMS = [
  ['POST', START_PATH],
  ['GET', EVENTS_PATH],
] as const;

export type Json = Readonly<Record<string, unknown>>;

/** A stream as a client of plain Node sees it, who can stop reading, or leave without a word at any moment. */
export interface OpenStream {
  /** Resolves with the answer when its headers are there. */
  readonly answered: Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }>;
  /** Resolves when the stream has ended, whether in order or cut. */
  readonly over: Promise<{ readonly complete: boolean }>;
  /** What was read so far, as it was sent. */
  text(): string;
  /** The messages that were read so far. */
  messages(): Json[];
  leave(): void;
}

interface StreamOptions {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether nothing is read. */
  readonly paused?: boolean;
}

export function openStream(server: Pick<HttpTestServer, 'port'>, options: StreamOptions): OpenStream {
  const { method, path, headers = {}, paused = false } = options;
  const chunks: Buffer[] = [];
  const answered = Promise.withResolvers<IncomingMessage>();
  const over = Promise.withResolvers<{ complete: boolean }>();
  const sent = request({
    port: server.port,
    path,
    method,
    agent: false,
    headers: { ...(method === 'POST' ? { 'content-type': 'application/json' } : {}), ...headers },
  });
  sent.on('error', () => over.resolve({ complete: false }));
  sent.on('response', (res) => {
    res.on('error', () => undefined);
    res.on('close', () => over.resolve({ complete: res.complete }));
    answered.resolve(res);
    if (!paused) res.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  sent.end(method === 'POST' ? JSON.stringify({ parent_id: PARENT_ID }) : undefined);
  const text = (): string => Buffer.concat(chunks).toString();
  return {
    answered: answered.promise.then((res) => ({ status: res.statusCode ?? 0, headers: res.headers })),
    over: over.promise,
    text,
    messages: () => messagesIn(text()),
    leave: () => sent.destroy(),
  };
}

/** The messages of a stream's text. */
export function messagesIn(text: string): Json[] {
  return [...text.matchAll(/^data: (.*)\n\n/gmu)].map(([, json = '']) => JSON.parse(json) as Json);
}
