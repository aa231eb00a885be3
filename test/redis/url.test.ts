import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../../src/redis/url.ts';

describe('the URL of a Redis', () => {
  test('names the host, the port, the database and the user', () => {
    expect(parseRedisUrl('redis://anna:p%40ss@redis.example:6380/3')).toEqual({
      isCluster: false,
      nodes: [{ host: 'redis.example', port: 6380 }],
      options: { host: 'redis.example', port: 6380, username: 'anna', password: 'p@ss', db: 3 },
      description: 'Redis on redis.example:6380',
    });
  });

  test('may leave out all but the host, and may be an IPv6 address', () => {
    expect(parseRedisUrl('redis://localhost').options).toEqual({ host: 'localhost', port: 6379 });
    expect(parseRedisUrl('redis://[::1]:7000').options).toEqual({ host: '::1', port: 7000 });
  });

  test('asks for TLS as rediss', () => {
    expect(parseRedisUrl('rediss://redis.example').options).toEqual({ host: 'redis.example', port: 6379, tls: {} });
  });

  test('of a cluster lists nodes, with one user for all', () => {
    expect(parseRedisUrl('redis+cluster://:secret@one:7001,two:7002')).toEqual({
      isCluster: true,
      nodes: [
        { host: 'one', port: 7001 },
        { host: 'two', port: 7002 },
      ],
      options: { password: 'secret' },
      description: 'a Redis cluster on one:7001, two:7002',
    });
  });

  test('that is none is refused, without quoting it', () => {
    for (const url of ['http://user:secret@host', 'redis://', 'secret', 'redis+cluster://']) {
      expect(() => parseRedisUrl(url)).toThrow(/^this is not the URL of a Redis$/u);
    }
  });
});
