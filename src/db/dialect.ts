import { PostgresAdapter, PostgresDialect } from 'kysely';

/**
 * Postgres, as kysely speaks it, but for its lock of migrations: that one belongs to a connection, and behind a pooler
 * in transaction mode it is given back on another connection than the one that has it, so that every later start waits
 * for ever. migrate() takes one that ends with its transaction.
 */
export class Dialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new AdapterWithoutLock();
  }
}

class AdapterWithoutLock extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}
