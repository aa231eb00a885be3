import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { startRedisCluster, type RedisCluster } from '../support/services/redis-cluster.ts';
import { connectRedis } from '../support/services/redis-link.ts';

async function ask(url: string, ...words: readonly (string | number)[]): Promise<unknown> {
  using link = await connectRedis(url);
  return await link.ask(...words);
}

describe.runIf(canStart('redis'))("a Redis cluster of one's own", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  test('is told of by the addresses of its three nodes', () => {
    expect(cluster.nodes).toHaveLength(3);
    expect(cluster.url).toBe(`redis+cluster://${cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`);
  });

  test('gives each key to one node, to which the others send on, and keys to every node', async () => {
    const owners = new Set<number>();
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const answers = await Promise.allSettled(cluster.nodes.map(({ url }) => ask(url, 'SET', key, 'value')));
      const owner = answers.findIndex(({ status }) => status === 'fulfilled');
      const port = String(cluster.nodes[owner]?.port);
      const others = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
      const redirect: unknown = expect.stringMatching(new RegExp(`MOVED \\d+ 127\\.0\\.0\\.1:${port}$`, 'u'));
      expect(others).toEqual([redirect, redirect]);
      owners.add(owner);
    }
    expect(owners.size).toBe(3);
  });

  test('comes to serve every slot again when a node that was killed is back in its place, empty', async () => {
    const [first, second] = cluster.nodes;
    const info = (): Promise<unknown> => ask(second?.url ?? '', 'CLUSTER', 'INFO');
    await first?.kill();
    await expect.poll(info, { timeout: 15_000 }).toContain('cluster_state:fail');
    await first?.start({ empty: true });
    await cluster.untilOk();
    expect(await ask(first?.url ?? '', 'DBSIZE')).toBe(0);
  });
});
