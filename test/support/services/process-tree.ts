import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Halts a process and all that descend from it, so that none can start another. Returns their ids, the process first.
 * The caller knows that the process has not been waited for, so that its id is still its own.
 */
export function haltTree(pid: number): readonly number[] {
  const halted = new Set<number>();
  for (let found = [pid]; found.length > 0; found = descendantsOf(pid).filter((one) => !halted.has(one))) {
    for (const one of found) {
      send(one, 'SIGSTOP');
      halted.add(one);
    }
  }
  return [...halted];
}

/** Lets a process and all that descend from it go on. */
export function resumeTree(pid: number): void {
  for (const one of [...descendantsOf(pid), pid]) send(one, 'SIGCONT');
}

/** Ends a process and all that descend from it, at once. Returns their ids. */
export function killTree(pid: number): readonly number[] {
  const pids = haltTree(pid);
  for (const one of pids) send(one, 'SIGKILL');
  return pids;
}

/** Whether a process of this id runs. One that has ended but was not waited for does not. */
export function isRunning(pid: number): boolean {
  return processes().some((one) => one.pid === pid && !one.ended);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function descendantsOf(pid: number): readonly number[] {
  const all = processes();
  const family = new Set([pid]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const one of all) if (family.has(one.parent) && !one.ended) family.add(one.pid);
  }
  family.delete(pid);
  return [...family];
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly ended: boolean;
}

/** Linux tells without `ps`, which small images lack. */
function processes(): readonly ProcessEntry[] {
  if (process.platform !== 'linux') return processesByPs();
  return readdirSync('/proc').flatMap((name) => (/^\d+$/u.test(name) ? processFromProc(name) : []));
}

function processFromProc(name: string): readonly ProcessEntry[] {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${name}/stat`, 'utf8');
  } catch {
    return [];
  }
  // The program's name, in brackets, may hold anything: what counts begins after the last bracket (proc_pid_stat(5)).
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [{ pid: Number(name), parent: Number(parent), ended: 'ZX'.includes(state) }];
}

function processesByPs(): readonly ProcessEntry[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state = ''] = line.trim().split(/\s+/u);
    return pid === undefined || pid === ''
      ? []
      : [{ pid: Number(pid), parent: Number(parent), ended: state[0] === 'Z' }];
  });
}
