import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bringProgram } from './bring-program.ts';
import { startControlled, type ControlledServer } from './controlled-server.ts';
import { disposeWith } from './owned-server.ts';
import { connectRedis } from './redis-link.ts';
import { redisRecipe, settingsOf, type RedisOptions } from './redis.ts';
import { openThrowaway } from './throwaway.ts';

/** Three masters without replicas, each with a third of the slots. */
export interface RedisCluster extends AsyncDisposable {
  /** `redis+cluster://127.0.0.1:12001,127.0.0.1:12002,127.0.0.1:12003`. */
  readonly url: string;
  /** Each can be stopped, killed and held up alone, and comes back to its place. */
  readonly nodes: readonly ControlledServer[];
  /** Resolves when every node says that all slots are served; rejects after a minute. */
  untilOk(): Promise<void>;
}

/** The cluster's slots (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/). */
const SLOTS = 16_384;
const NODES = 3;
const OK_LIMIT_MS = 60_000;

/** Milliseconds after which a node that is silent counts as failed: a tenth of the default, as all are on one machine. */
const NODE_TIMEOUT_MS = 1500;

/** Starts a private cluster and resolves when it serves all slots. Else as startRedis. */
export async function startRedisCluster(options: RedisOptions = {}): Promise<RedisCluster> {
  const command = await bringProgram('redis', options);
  const throwaway = await openThrowaway();
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
    ...settingsOf(options),
  };
  return disposeWith(throwaway, async () => {
    const start = (index: number): Promise<ControlledServer> =>
      startControlled(throwaway, redisRecipe(command, join(throwaway.folder, `node-${index}`), settings));
    const nodes = await Promise.all(Array.from({ length: NODES }, (_, index) => start(index)));
    await introduce(nodes);
    await untilOk(nodes);
    const url = `redis+cluster://${nodes.map(({ host, port }) => `${host}:${port}`).join(',')}`;
    return { url, nodes, untilOk: () => untilOk(nodes) };
  });
}

/** Gives each node its slots and makes it known to the first, which makes it known to the rest. */
async function introduce(nodes: readonly ControlledServer[]): Promise<void> {
  for (const [index, { url }] of nodes.entries()) {
    using link = await connectRedis(url);
    const from = Math.ceil((index * SLOTS) / nodes.length);
    const to = Math.ceil(((index + 1) * SLOTS) / nodes.length);
    // Numbers of its own spare the nodes to settle who comes first.
    await link.ask('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    // Not ADDSLOTSRANGE: Redis 6 has none.
    await link.ask('CLUSTER', 'ADDSLOTS', ...Array.from({ length: to - from }, (_, offset) => from + offset));
    const [first] = nodes;
    if (index > 0 && first !== undefined) await link.ask('CLUSTER', 'MEET', first.host, first.port);
  }
}

async function untilOk(nodes: readonly ControlledServer[]): Promise<void> {
  const limit = AbortSignal.timeout(OK_LIMIT_MS);
  while (!(await Promise.all(nodes.map(isOk))).every(Boolean)) {
    if (limit.aborted) throw new Error('the Redis cluster did not come to serve all slots within a minute');
    await delay(20);
  }
}

async function isOk({ url }: ControlledServer): Promise<boolean> {
  try {
    using link = await connectRedis(url);
    const info = String(await link.ask('CLUSTER', 'INFO'));
    return ['cluster_state:ok', `cluster_slots_ok:${SLOTS}`, `cluster_known_nodes:${NODES}`].every((line) =>
      info.includes(`${line}\r\n`),
    );
  } catch {
    return false;
  }
}
