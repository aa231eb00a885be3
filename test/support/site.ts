import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inject } from 'vitest';
import { type HttpRefusal, restAnswer } from '../../src/http/refusal.ts';
import { Program } from './program.ts';
import type { RestClient, RestStream } from './rest-client.ts';
import type { FreshDatabase } from './services/databases.ts';
import { type Nginx, startNginx } from './services/nginx.ts';
import { demoParent } from './test-app.ts';

/** An answer to where work is. */
export const ADDRESS = { address: 'Potsdamer Platz 1, Berlin' };
/** Where a session's events are. */
export function eventsOf(sessionId: string): string {
  return `/api/streaming/sessions/${sessionId}/events`;
}

/** A stream may be silent for this long: far above the keepalives of the instances here. */
export const READ_TIMEOUT_MS = 2000;
/** How often a silent stream says that it is alive. */
export const KEEPALIVE_MS = 500;
const TIMES = { KEEPALIVE_MS: String(KEEPALIVE_MS), HEARTBEAT_MS: '200', LEASE_MS: '1000', LOG_POLL_MS: '500' };

/** A process that serves. */
export interface Instance extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  kill(): Promise<void>;
}

/** An instance in a process of its own, as nginx has them behind it. */
async function startInstance(env: Readonly<Record<string, string>>): Promise<Instance> {
  const program = new Program(process.execPath, ['src/main.ts'], {
    env: { HOST: '127.0.0.1', PORT: '0', TRUST_PROXY: '127.0.0.1', ...TIMES, ...env },
  });
  const [, url = '', port] = await program.prints(/GraphQL\s+(http:\/\/127\.0\.0\.1:(\d+))/u);
  return {
    url,
    port: Number(port),
    kill: async () => void (await program.stop('SIGKILL')),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Two instances that share everything, and nginx before them. */
export interface Site extends AsyncDisposable {
  readonly nginx: Nginx;
  readonly instances: readonly [Instance, Instance];
}

/**
 * Starts one over a database and a part of the run's Redis. From then on this thread's connections believe its
 * certificate.
 */
export async function startSite(database: FreshDatabase): Promise<Site> {
  const stack = new AsyncDisposableStack();
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
    DEMO_DATA: 'true',
  };
  try {
    const [one, other] = await Promise.all([startInstance(shared), startInstance(shared)]);
    stack.use(one);
    stack.use(other);
    const changes = { 'proxy_read_timeout 75s': `proxy_read_timeout ${READ_TIMEOUT_MS}ms` };
    const nginx = stack.use(await startNginx({ instances: [one.port, other.port], changes, say: () => {} }));
    setDefaultCACertificates([...getCACertificates(), nginx.certificate]);
    return { nginx, instances: [one, other], [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** A session that waits for an answer, by REST. */
export async function asked(rest: RestClient): Promise<{ readonly stream: RestStream; readonly sessionId: string }> {
  const stream = await rest.start(JSON.stringify({ parent_id: demoParent(1) }));
  const { session_id } = await stream.until('user_interaction');
  return { stream, sessionId: String(session_id) };
}

/** Answers its first question; the status of the reply. */
export async function answer(rest: RestClient, sessionId: string): Promise<number> {
  const interaction = { interaction_id: 'interaction_0', response_type: 'location_input', response_data: ADDRESS };
  return (await rest.respond(JSON.stringify({ session_id: sessionId, ...interaction }))).status;
}

/** What nginx says when it refuses by itself, in the words of the service. */
export function refusal(given: HttpRefusal, said: Response, body: { readonly timestamp?: number }): unknown {
  const requestId = said.headers.get('x-request-id') ?? '';
  return JSON.parse(restAnswer(given.answering(requestId), Number(body.timestamp)).body);
}
