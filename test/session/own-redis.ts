import { afterAll, beforeAll } from 'vitest';
import { connectRedis, type RedisLink } from '../support/services/redis-link.ts';
import { type RedisServer, startRedis } from '../support/services/redis.ts';

/** A Redis that runs while tests do. */
interface OwnRedis extends Pick<RedisLink, 'ask'> {
  readonly url: string;
}

/**
 * A Redis that no other test uses, so that its clients and channels can be counted and its scripts flushed: for the tests
 * of the file or `describe` that this is called in, started before them and gone after them.
 */
export function ownRedis(): OwnRedis {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => server[Symbol.asyncDispose]());
  return {
    get url() {
      return server.url;
    },
    async ask(...words) {
      using link = await connectRedis(server.url);
      return await link.ask(...words);
    },
  };
}
