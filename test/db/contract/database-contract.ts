import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrations/migrate.ts';
import { centersContract } from './centers-contract.ts';
import { demoDataContract } from './demo-data-contract.ts';
import { parentsContract } from './parents-contract.ts';
import { lostStatementsContract, readsContract } from './reads-contract.ts';
import { seedingContract } from './seeding-contract.ts';
import { tablesContract } from './tables-contract.ts';
import { valuesContract } from './values-contract.ts';

/** A database under test, which may be emptied. Disposal closes it and leaves nothing. */
export interface DatabaseUnderTest extends AsyncDisposable {
  readonly database: Database;
}

/** All that is promised of a database, whichever it is: run unchanged on each. */
export function databaseContract(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(`${name}, as the database`, () => {
    let under: DatabaseUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(async () => under[Symbol.asyncDispose]());

    const empty = async (): Promise<Database> => {
      await sql`drop schema public cascade`.execute(under.database.kysely);
      await sql`create schema public`.execute(under.database.kysely);
      return under.database;
    };
    const emptyTables = async (): Promise<Database> => {
      await migrate(await empty());
      return under.database;
    };

    tablesContract(empty);
    readsContract(emptyTables);
    valuesContract(empty);
    parentsContract(emptyTables);
    centersContract(emptyTables);
    demoDataContract(emptyTables);
    seedingContract(emptyTables);
    lostStatementsContract(emptyTables);
  });
}
