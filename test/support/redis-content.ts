import { connectRedis } from './services/redis-link.ts';

/** What a key is called, how long it has in ms, below 0 where it stays for ever, and all that is in it. */
export interface Kept {
  readonly key: string;
  readonly leftMs: number;
  /** When it expires, in ms since the Unix epoch by the clock of Redis. */
  readonly expiresAt: number;
  /** As JSON. */
  readonly content: string;
}

const READ: Readonly<Record<string, readonly string[]>> = {
  hash: ['HGETALL', 'KEY'],
  list: ['LRANGE', 'KEY', '0', '-1'],
  set: ['SMEMBERS', 'KEY'],
  stream: ['XRANGE', 'KEY', '-', '+'],
  string: ['GET', 'KEY'],
  zset: ['ZRANGE', 'KEY', '0', '-1', 'WITHSCORES'],
};

/** Everything that these nodes hold. Throws for a key of a type that it cannot read. */
export async function everythingIn(urls: readonly string[]): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const url of urls) {
    using link = await connectRedis(url);
    for (let cursor = '0', isFirst = true; isFirst || cursor !== '0'; isFirst = false) {
      const [next, keys] = (await link.ask('SCAN', cursor, 'COUNT', 1000)) as [string, string[]];
      cursor = next;
      for (const key of keys) {
        const leftMs = Number(await link.ask('PTTL', key));
        const expiresAt = Number(await link.ask('PEXPIRETIME', key));
        const type = String(await link.ask('TYPE', key));
        const words = READ[type];
        // It may have gone between two questions.
        if (type === 'none') continue;
        if (words === undefined) throw new Error(`a key of an unknown type: ${type}`);
        const content = JSON.stringify(await link.ask(...words.map((word) => (word === 'KEY' ? key : word))));
        kept.push({ key, leftMs, expiresAt, content });
      }
    }
  }
  return kept;
}
