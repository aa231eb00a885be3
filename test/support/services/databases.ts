import { randomUUID } from 'node:crypto';
import { connectPostgres } from './postgres-link.ts';

/** An empty database. Disposal drops it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Ends its connections and removes it. Does nothing the second time. */
  drop(): Promise<void>;
}

/** A name that no other database has. */
export function freshDatabaseName(): string {
  return `matching_test_${randomUUID().replaceAll('-', '')}`;
}

/**
 * Makes an empty database on a server.
 *
 * @param server where, by the address of a database whose user may make others
 * @param name made of letters, digits and underscores; by default a fresh one
 */
export async function createDatabase(
  server: { readonly url: string },
  name: string = freshDatabaseName(),
): Promise<FreshDatabase> {
  // Not from template1, which may hold what a server's owner put there.
  await using link = await connectPostgres(server.url);
  await link.ask(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const drop = (): Promise<void> => dropDatabase(server.url, name);
  return { name, url: url.href, drop, [Symbol.asyncDispose]: drop };
}

/** Ends a database's connections and removes it, if it is there. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await using link = await connectPostgres(serverUrl);
  await link.ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
