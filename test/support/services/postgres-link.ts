import { Client } from 'pg';

/** One connection to one Postgres: enough to ask it how it is and to make and drop databases. */
export interface PostgresLink extends AsyncDisposable {
  /** The first value of the first row, which must be text; empty where there is none. */
  ask(statement: string): Promise<string>;
  /** Such as `15.18`. */
  version(): Promise<string>;
}

/** Rejects when there is no answer within 10 seconds. */
export async function connectPostgres(url: string): Promise<PostgresLink> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {
    // What goes wrong is told by the call that waits for it.
  });
  await client.connect();
  const ask = async (statement: string): Promise<string> => {
    const { rows } = await client.query<(string | null)[]>({ text: statement, rowMode: 'array' });
    return rows[0]?.[0] ?? '';
  };
  return {
    ask,
    // Packages add a note to it: `15.18 (Debian 15.18-0+deb12u1)`.
    version: async () => (await ask('SHOW server_version')).replace(/ .*$/u, ''),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
