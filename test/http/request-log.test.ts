import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { trustEverybody } from '../../src/http/authentication/authenticate.ts';
import type { Route } from '../../src/http/exchange.ts';
import { createGate } from '../../src/http/gate.ts';
import { OpenStreams } from '../../src/http/open-streams.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';
import { RecordingLog } from '../support/recording-log.ts';

describe('the log line of a request', () => {
  test.each([
    ['GET', '/api/streaming/sessions/anna-s-search/status', '/api/streaming/sessions/*/status'],
    ['GET', '/api/streaming/sessions/anna-s-search/events?last_event_id=1', '/api/streaming/sessions/*/events'],
    ['DELETE', '/api/streaming/sessions/anna-s-search', '/api/streaming/sessions/*'],
    ['GET', '/sessions/anna-s-search', '/sessions/*'],
    ['GET', '/anna-s-search/Hauptstr%205', '/*/*'],
    ['POST', '/api/streaming/interactions/respond', '/api/streaming/interactions/respond'],
    ['GET', '/graphql?query=%7Banna-s-search%7D', '/graphql'],
    ['GET', '/healthz', '/healthz'],
  ])('of %s %s says %s', async (method, path, said) => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    await rawRequest(server.port, { method, path });
    await vi.waitFor(() => expect(server.logged()).toEqual([expect.objectContaining({ msg: 'request', path: said })]));
    expect(server.logText()).not.toContain('anna');
  });
});

/** A server with one route behind the gate, which begins an answer and then does what is given. */
async function startRoute(goOn: Route['handle']) {
  const log = new RecordingLog();
  const handle: Route['handle'] = (exchange) => {
    exchange.res.write('begun');
    return goOn(exchange);
  };
  const route: Route = { methods: null, authenticated: false, handle };
  const limits = { streams: 1, streamsPerAccount: 1, writeStallMs: 1000 };
  const gate = createGate({
    routes: { byPath: new Map([['/', route]]), byPrefix: new Map(), patterns: [] },
    authenticate: trustEverybody,
    streams: new OpenStreams({ ...limits, clock: systemClock }),
    limits: { spend: async () => {} },
    loopbackHostsOnly: true,
    corsOrigins: [],
    trustProxy: [],
    onRequestOver: () => {},
    onNotAuthenticated: () => {},
    isClosing: () => false,
    clock: systemClock,
    log,
    newId: () => 'an-id',
    random: () => 0,
  });
  const server = createServer(gate).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    log,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Asks, and resets the connection at the first bytes of the answer. */
async function askAndReset(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(socket, 'data');
  socket.resetAndDestroy();
}

describe('a client that resets its connection while it is written to', () => {
  test('is no error, though what was being written fails before the connection is over', async () => {
    const failures: unknown[] = [];
    await using server = await startRoute(async ({ req, signal }) => {
      const [failure] = await once(req.socket, 'error', { signal: AbortSignal.timeout(5000) }).catch((error) => [
        error,
      ]);
      failures.push(signal.aborted, failure.code);
      throw failure;
    });
    await askAndReset(server.port);
    await vi.waitFor(() => expect(server.log.lines.map(({ message }) => message)).toContain('request'));
    expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(failures).toEqual([false, 'ECONNRESET']);
  });
});

describe('a route that fails while its client is there', () => {
  test('is an error', async () => {
    await using server = await startRoute(async () => {
      throw Object.assign(new Error('of another connection'), { code: 'ECONNRESET' });
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(socket.resume(), 'close');
    await vi.waitFor(() => expect(server.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1));
  });
});
