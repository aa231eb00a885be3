import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

/**
 * Gives back the shared memory of a Postgres server that was killed, and removes the file that says which it was. A
 * server that ended in an orderly way has done both itself. Call it only when the server's processes have gone.
 *
 * The seventh line of `postmaster.pid` holds the key and the id of the segment (PostgreSQL, miscadmin.h,
 * LOCK_FILE_LINE_SHMEM_KEY).
 */
export function releaseSharedMemory(postmasterFile: string): void {
  let lines: readonly string[];
  try {
    lines = readFileSync(postmasterFile, 'utf8').split('\n');
  } catch {
    return;
  }
  const id = /^\s*\d+\s+(\d+)\s*$/u.exec(lines[6] ?? '')?.[1];
  if (id !== undefined) spawnSync('ipcrm', ['-m', id], { stdio: 'ignore' });
  rmSync(postmasterFile, { force: true });
}
