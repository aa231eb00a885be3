import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';

/** A statement as the server keeps it for a connection. */
export interface PreparedStatement {
  readonly name: string;
  /** Its SQL. */
  readonly statement: string;
  /** How often it was run by its name. */
  readonly runs: number;
}

/**
 * The named statements of the connection that was last used: of all that were asked, where nothing was asked at the
 * same time, as a pool takes the connection that was used last.
 */
export async function preparedStatements(database: Database): Promise<readonly PreparedStatement[]> {
  const { rows } = await sql<PreparedStatement>`
    select name, statement, generic_plans + custom_plans as runs
    from pg_prepared_statements where name <> '' order by name
  `.execute(database.kysely);
  return rows;
}

/** The one statement that a read prepares when it is asked for the first time. */
export async function statementOf(database: Database, read: () => Promise<unknown>): Promise<PreparedStatement> {
  const before = new Set((await preparedStatements(database)).map(({ name }) => name));
  await read();
  const [statement, ...others] = (await preparedStatements(database)).filter(({ name }) => !before.has(name));
  if (statement === undefined || others.length > 0) throw new Error('expected one new statement');
  return statement;
}
