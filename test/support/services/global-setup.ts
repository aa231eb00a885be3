import type { TestProject } from 'vitest/node';
import { sayAloud } from './bring-program.ts';
import { findPostgres, findRedis, type FoundServer } from './find-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A Postgres for the whole run: make a database of your own on it, by createDatabase. */
    readonly postgresUrl: string;
    /** A Redis for the whole run: put a random prefix before your keys. */
    readonly redisUrl: string;
  }
}

let servers: readonly FoundServer[] = [];

/** For vitest's `globalSetup`: one Postgres and one Redis for the whole run, their addresses for `inject`. */
export async function setup(project: Pick<TestProject, 'provide'>): Promise<void> {
  const [postgres, redis] = await Promise.allSettled([findPostgres(), findRedis()]);
  servers = [postgres, redis].flatMap((found) => (found.status === 'fulfilled' ? [found.value] : []));
  if (postgres.status === 'rejected' || redis.status === 'rejected') {
    await teardown();
    const reasons = [postgres, redis].flatMap((found) => (found.status === 'rejected' ? [reasonOf(found.reason)] : []));
    throw new Error(reasons.join('\n\n'));
  }
  for (const { description } of servers) sayAloud(description);
  project.provide('postgresUrl', postgres.value.url);
  project.provide('redisUrl', redis.value.url);
}

/** Gives back what setup took. */
export async function teardown(): Promise<void> {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  servers = [];
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
