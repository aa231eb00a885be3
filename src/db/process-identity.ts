import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** In place of a start: the process is there only until its parent asks how it ended. */
const ENDED = 'ended';

/**
 * When a process started, as a text that no later process under the same id can have: on Linux the boot's id and the
 * clock ticks since then (proc(5), field 22 of /proc/pid/stat), elsewhere what `ps` says, to the second. Null when
 * there is no such process, when it has ended and only waits for its parent to ask how, or when nobody can tell.
 */
export async function processStart(pid: number): Promise<string | null> {
  const start = process.platform === 'linux' ? await linuxStart(pid) : await startByPs(pid);
  return start === ENDED ? null : start;
}

/** Whether the process that started then still runs. Where nobody can tell, one under its id counts as that one. */
export async function isRunning(pid: number, startedAt: string | null): Promise<boolean> {
  if (!exists(pid)) return false;
  const start = process.platform === 'linux' ? await linuxStart(pid) : await startByPs(pid);
  if (start === ENDED) return false;
  // It may have ended only now; or /proc is hidden, as from the processes of other users.
  if (start === null) return exists(pid);
  return startedAt === null || startedAt === start;
}

async function linuxStart(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is a name in parentheses that may itself hold blanks and parentheses.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[18];
    if ('ZXx'.includes(state)) return ENDED;
    return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}

async function startByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}

/** A signal 0 asks whether a process exists; EPERM says that it does and belongs to somebody else. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
