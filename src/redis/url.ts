import type { RedisOptions } from 'ioredis';

/** Where Redis is, and how to name oneself there. */
export interface RedisAddress {
  readonly isCluster: boolean;
  /** The nodes of a cluster that are asked for the others; the one Redis otherwise. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly options: RedisOptions;
  /** For people, without a password. */
  readonly description: string;
}

const CLUSTER = 'redis+cluster://';
const PORT = 6379;

/**
 * Reads `redis://user:password@host:port/database`, the same with `rediss://` for TLS, or
 * `redis+cluster://user:password@host:port,host:port`. Throws where it is none of them; the message does not quote it.
 */
export function parseRedisUrl(url: string): RedisAddress {
  return url.startsWith(CLUSTER) ? clusterAddress(url) : singleAddress(url);
}

function clusterAddress(url: string): RedisAddress {
  const urls = url
    .slice(CLUSTER.length)
    .split(',')
    .map((node) => parsed(`redis://${node}`));
  const nodes = urls.map(nodeOf);
  const named = urls.find(({ username, password }) => username !== '' || password !== '');
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  return {
    isCluster: true,
    nodes,
    options: named ? credentialsOf(named) : {},
    description: `a Redis cluster on ${hosts}`,
  };
}

function singleAddress(url: string): RedisAddress {
  const one = parsed(url);
  if (one.protocol !== 'redis:' && one.protocol !== 'rediss:') throw new TypeError('this is not the URL of a Redis');
  const node = nodeOf(one);
  const database = Number(one.pathname.slice(1));
  return {
    isCluster: false,
    nodes: [node],
    options: {
      ...node,
      ...credentialsOf(one),
      ...(one.protocol === 'rediss:' ? { tls: {} } : {}),
      ...(database > 0 ? { db: database } : {}),
    },
    description: `Redis on ${node.host}:${node.port}`,
  };
}

function parsed(url: string): URL {
  const read = URL.parse(url);
  if (read === null || read.hostname === '') throw new TypeError('this is not the URL of a Redis');
  return read;
}

function nodeOf({ hostname, port }: URL): { readonly host: string; readonly port: number } {
  // An IPv6 address stands in brackets in a URL only.
  return { host: hostname.replace(/^\[|\]$/gu, ''), port: port === '' ? PORT : Number(port) };
}

function credentialsOf({ username, password }: URL): RedisOptions {
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}
