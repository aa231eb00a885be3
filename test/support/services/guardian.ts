import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertNever } from '../../../src/protocol.ts';
import type {
  GuardianMessage,
  GuardianRequest,
  GuardianSignal,
  LastCommand,
  NumberedRequest,
  Program,
} from './guardian-messages.ts';
import { haltTree, isRunning, killTree, resumeTree } from './process-tree.ts';
import { releaseSharedMemory } from './shared-memory.ts';

/*
 * A process of its own that starts programs for another, in a folder that it makes. When the other asks, or is gone,
 * however it went, it ends the programs and removes the folder. Starting them itself, it can miss none.
 */

const running = new Map<number, { readonly child: ChildProcess; readonly program: Program }>();
const postmasterFiles = new Set<string>();
const lastCommands: LastCommand[] = [];
const folder = mkdtempSync(join(process.argv[2] ?? '', 'matching-services-'));
let closing: Promise<void> | null = null;

/** The programs run in an environment of their own: PGDATA or a language of the caller's must not reach them. */
const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

process.on('message', (message: NumberedRequest) => void reply(message));
process.on('disconnect', () => void closeAndExit());
process.on('SIGTERM', () => void closeAndExit());
process.on('uncaughtException', () => void closeAndExit());
tell({ type: 'ready', folder });

async function reply({ id, request }: NumberedRequest): Promise<void> {
  try {
    tell({ type: 'done', id, pid: await perform(request) });
  } catch (error) {
    tell({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: GuardianMessage): void {
  if (process.connected) process.send?.(message);
}

async function perform(request: GuardianRequest): Promise<number | null> {
  switch (request.verb) {
    case 'run':
      return run(request.program);
    case 'signal':
      await signal(request.pid, request.signal);
      return null;
    case 'at_end':
      lastCommands.push(request.command);
      return null;
    case 'close':
      await closeAndExit();
      return null;
    default:
      return assertNever(request);
  }
}

async function run(program: Program): Promise<number> {
  if (closing !== null) throw new Error('nothing is started any more');
  if (program.postmasterFile !== null) postmasterFiles.add(program.postmasterFile);
  const log = openSync(program.logFile, 'a');
  try {
    const child = spawn(program.command, program.args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...ENVIRONMENT, LC_ALL: 'C' },
      ...program.user,
    });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    running.set(pid, { child, program });
    child.once('exit', (code) => {
      running.delete(pid);
      // After the reply that tells of its start.
      setImmediate(() => tell({ type: 'exited', pid, code }));
    });
    return pid;
  } finally {
    closeSync(log);
  }
}

async function signal(pid: number, name: GuardianSignal): Promise<void> {
  const entry = running.get(pid);
  if (entry === undefined) return;
  if (name === 'pause') haltTree(pid);
  else if (name === 'resume') resumeTree(pid);
  else if (name === 'kill') await kill(pid);
  else entry.child.kill(name);
}

async function kill(pid: number): Promise<void> {
  const entry = running.get(pid);
  if (entry === undefined) return;
  const exited = once(entry.child, 'exit');
  const pids = killTree(pid);
  await exited;
  await Promise.all(pids.map(gone));
  if (entry.program.postmasterFile !== null) releaseSharedMemory(entry.program.postmasterFile);
}

/** Killed processes go in milliseconds; one that the system holds up is not waited for longer than 5 seconds. */
async function gone(pid: number): Promise<void> {
  for (let looks = 0; looks < 1000 && isRunning(pid); looks++) await delay(5);
}

/**
 * A Postgres waits for its own processes when it may end by itself, in an immediate shutdown; those of one that is
 * killed are left to process 1, which in a container may never look after them.
 */
async function end(pid: number): Promise<void> {
  const entry = running.get(pid);
  if (entry !== undefined && entry.program.postmasterFile !== null) {
    const exited = once(entry.child, 'exit');
    resumeTree(pid);
    entry.child.kill('SIGQUIT');
    await Promise.race([exited, delay(2000)]);
  }
  await kill(pid);
}

async function close(): Promise<void> {
  await Promise.all([...running.keys()].map(end));
  for (const file of postmasterFiles) releaseSharedMemory(file);
  let isCleared = true;
  for (const { command, args, environment } of lastCommands) {
    const child = spawn(command, args, { stdio: 'ignore', env: environment, timeout: 15_000 });
    const [code]: unknown[] = await once(child, 'exit').catch(() => []);
    isCleared &&= code === 0;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (!isCleared) throw new Error('a last command failed');
}

async function closeAndExit(): Promise<void> {
  try {
    await (closing ??= close());
    process.exit(0);
  } catch {
    process.exit(1);
  }
}
