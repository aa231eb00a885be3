import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import type { Outage } from '../outage.ts';
import { isUnavailable, whyUnavailable } from './unavailable.ts';

/** Answers a query with its rows. */
export type Read = <Row>(query: CompiledQuery<Row>) => Promise<readonly Row[]>;

/** What is needed of a pool of pg. */
export interface ReadPool {
  connect(): Promise<ReadConnection>;
}

interface ReadConnection {
  query(question: Question): Promise<{ readonly rows: readonly unknown[] }>;
  release(destroy?: boolean): void;
}

interface Question {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
  readonly query_timeout?: number;
}

/**
 * Reads by named prepared statements, which a connection parses and plans once: over 1,000 calls each way, with the
 * server on the same machine, that takes 0.005 to 0.09 ms less a read, up to half of what a small one takes. On PGlite
 * it is 0.01 to 0.12 ms.
 *
 * A statement that the server has lost, or may not run any more, is asked again without a name: a pooler in transaction
 * mode that knows no prepared statements (PgBouncer before 1.21, or with max_prepared_statements = 0) hands out another
 * server connection than the one that has it, and a column that changed its type makes a plan void.
 *
 * @param timeoutMs how long an answer may take; after it, and after any failure of the connection, the connection is
 *   given up. Null: there is only the one, which is waited for and never given up
 */
export function preparedReads(pool: ReadPool, timeoutMs: number | null): Read {
  const ask = async (question: Question): Promise<readonly unknown[]> => {
    const connection = await pool.connect();
    let isUsable = true;
    try {
      const limit = timeoutMs === null ? {} : { query_timeout: timeoutMs };
      const { rows } = await connection.query({ ...question, ...limit });
      return rows;
    } catch (error) {
      // After a time-out the answer is still to come: whoever had the connection next would wait behind it.
      isUsable = timeoutMs === null || !(isUnavailable(error) || isStatementVoid(error));
      throw error;
    } finally {
      connection.release(!isUsable);
    }
  };
  return async <Row>({ sql, parameters }: CompiledQuery<Row>) => {
    const question = { text: sql, values: [...parameters] };
    try {
      return (await ask({ ...question, name: statementName(sql) })) as readonly Row[];
    } catch (error) {
      if (!isStatementVoid(error)) throw error;
      return (await ask(question)) as readonly Row[];
    }
  };
}

/** The same reads, of which an outage hears: it fails while the database is away, not where one was asked wrongly. */
export function tellingOutages(read: Read, outage: Outage): Read {
  let failures = 0;
  return async <Row>(query: CompiledQuery<Row>) => {
    const failuresBefore = failures;
    try {
      const rows = await read(query);
      // One that was asked before another failed says nothing of the time since.
      if (failures === failuresBefore) outage.worked();
      return rows;
    } catch (error) {
      const code = whyUnavailable(error);
      if (code !== null) {
        failures += 1;
        outage.failed(Object.assign(new Error(code), { code }));
      }
      throw error;
    }
  };
}

/**
 * The same for the same SQL only: behind a pooler, instances of two versions share connections, and neither may run
 * what the other has prepared under a name of its own.
 */
function statementName(text: string): string {
  return `read_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

/**
 * Unknown to the connection (26000), known to it from somebody else (42P05), or prepared when its columns had other
 * types (0A000: "cached plan must not change result type").
 */
function isStatementVoid(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['26000', '42P05', '0A000'].includes(String(error.code));
}
