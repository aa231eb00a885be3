import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/clock.ts';
import { readBody, withBody } from '../../src/http/body.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { GRAPHQL_PATH, graphqlRoute } from '../../src/http/graphql.ts';
import { GRAPHQL_STREAM_PATH, graphqlStreamRoute } from '../../src/http/graphql-stream.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { createRestApp } from '../../src/rest/rest-app.ts';
import { RestFailure } from '../../src/rest/rest-failure.ts';
import { createExecutor } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { MemoryTickets } from '../../src/session/memory-tickets.ts';
import { CONTRACT_TYPES } from './complex-types.ts';
import { RecordingLog } from './recording-log.ts';
import { StubSessionService } from './stub-session-service.ts';
import { testCaller } from './test-caller.ts';

const schema = buildSchema(CONTRACT_TYPES);

/**
 * Both faces over a stub of the door, without the gate before them: every caller is the one that the test makes up. A
 * request that is not answered is answered with 500 and the code of what was thrown.
 */
export async function startUngatedServer(clock: Clock, caller: Partial<Exchange>) {
  const service = new StubSessionService();
  const tickets = new MemoryTickets({ clock, longestMs: 60_000 });
  const rest = createRestApp({ service, tickets, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs: 30_000 });
  const executor = createExecutor({ schema, service, log: new RecordingLog(), clock, introspection: true });
  const graphql = graphqlRoute(executor, { graphiql: false, clock });
  const graphqlStream = graphqlStreamRoute(executor);

  async function handle(given: IncomingMessage, res: ServerResponse): Promise<void> {
    const left = new AbortController();
    res.once('close', () => left.abort());
    const body = given.method === 'GET' ? Buffer.alloc(0) : await readBody(given);
    const req = given.method === 'GET' ? given : withBody(given, body);
    const exchange: Exchange = { ...testCaller(), ...caller, signal: left.signal, req, res, body };
    if (req.url === GRAPHQL_PATH) return graphql.handle(exchange);
    if (req.url === GRAPHQL_STREAM_PATH) return graphqlStream.handle(exchange);
    return rest.handle(req, res, exchange);
  }

  const server = createServer((req, res) => {
    handle(req, res).catch((thrown: unknown) => {
      const cause = thrown instanceof RestFailure ? thrown.cause : thrown;
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' });
      res.end(code);
    });
  });
  await rest.ready();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    service,
    tickets,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
