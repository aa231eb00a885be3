import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { decodeValue, encodeCommand, RespFailure, type RespValue } from './resp.ts';

/** One connection to one Redis: enough to ask it how it is. */
export interface RedisLink extends Disposable {
  /** Rejects with RespFailure when Redis says no, with another error when it has gone. One call at a time. */
  ask(...words: readonly (string | number)[]): Promise<Exclude<RespValue, RespFailure>>;
}

const ANSWER_LIMIT_MS = 5000;

/**
 * Connects to the Redis at a `redis://` or `rediss://` address, or to the first of a `redis+cluster://` one, and names
 * itself there when the address has a password. Rejects when it does not answer; no message has the password.
 */
export async function connectRedis(url: string): Promise<RedisLink> {
  const first = new URL(url.replace('redis+cluster:', 'redis:').replace(/,.*$/u, ''));
  const at = { host: first.hostname, port: Number(first.port || 6379) };
  const isTls = first.protocol === 'rediss:';
  const socket = isTls ? connectTls({ ...at, servername: at.host }) : connect(at);
  const link = linkOver(socket);
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    const words = [first.username, first.password].filter((word) => word !== '').map(decodeURIComponent);
    if (words.length > 0) await link.ask('AUTH', ...words);
  } catch (error) {
    link[Symbol.dispose]();
    throw error;
  }
  return link;
}

function linkOver(socket: Socket): RedisLink {
  let received = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<RespValue> | null = null;
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on('timeout', () => socket.destroy(new Error('Redis did not answer in time')));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('Redis has closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    try {
      const decoded = decodeValue(received);
      if (decoded === null) return;
      received = received.subarray(decoded.end);
      waiting?.resolve(decoded.value);
    } catch (error) {
      // Something else has taken the port: whoever asks is told, and nobody else.
      socket.destroy(error instanceof Error ? error : undefined);
    }
  });
  return {
    async ask(...words) {
      if (socket.destroyed) throw new Error('the connection to Redis is closed');
      waiting = Promise.withResolvers();
      socket.setTimeout(ANSWER_LIMIT_MS);
      socket.write(encodeCommand(words));
      const value = await waiting.promise;
      socket.setTimeout(0);
      if (value instanceof RespFailure) throw value;
      return value;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** What a Redis or Valkey says of itself. */
export interface RedisIdentity {
  /** Such as `7.0.15`; Valkey's own, not that of the Redis that it stands in for. */
  readonly version: string;
  readonly pid: number;
}

/** Asks the Redis at an address what it is. Rejects when it does not answer, or is still reading its data. */
export async function identifyRedis(url: string): Promise<RedisIdentity> {
  using link = await connectRedis(url);
  // While it reads its data it says LOADING to this, and to nearly everything else, but not to INFO.
  await link.ask('PING');
  const info = String(await link.ask('INFO', 'server'));
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'mu').exec(info)?.[1];
  return { version: field('valkey_version') ?? field('redis_version') ?? '', pid: Number(field('process_id')) };
}
