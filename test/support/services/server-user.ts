import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { User } from './guardian-messages.ts';

const run = promisify(execFile);

/** Postgres refuses to run as root. As root: the user to run it as; as anyone else: null, which is this user. */
export async function userForPostgres(): Promise<User | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // There is no such user.
    }
  }
  throw new Error('Postgres does not run as root, and there is neither a user postgres nor nobody to run it as');
}

/** A folder for temporary ones that the user can reach: root's own may be closed to others. */
export function temporaryFolderFor(user: User | null): string {
  const reachable = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => user === null || isOpenToAll(folder));
  return reachable ?? tmpdir();
}

function isOpenToAll(folder: string): boolean {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o001) !== 0 && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}
