import { findPostgres } from '../support/services/find-server.ts';
import { startPostgres } from '../support/services/postgres.ts';
import { startRedis } from '../support/services/redis.ts';

/*
 * Takes what its first argument says, tells of it in a line of JSON, and never gives it back: `servers`, or a database
 * on the server of DATABASE_URL. How it ends is the second: `stay` until somebody ends it, `end` as a program does that
 * has nothing more to do, `throw`.
 */
const [what, ending] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(what === 'database' ? await findPostgres() : await holdServers())}\n`);
if (ending === 'throw') throw new Error('a crash');
if (ending === 'stay') setInterval(() => {}, 60_000);

async function holdServers(): Promise<unknown> {
  const servers = await Promise.all([startPostgres(), startRedis()]);
  return { pids: servers.map(({ pid }) => pid), folders: servers.map(({ folder }) => folder) };
}
