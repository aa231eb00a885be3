import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, processStart } from './process-identity.ts';

/**
 * A lock on a folder. It is a file `lock.1`, `lock.2` … in the folder, and the highest number counts: it names the
 * process that holds the folder, or says that it was given back. Whoever takes the folder makes the next number, and
 * making a file that must not exist yet succeeds for one process alone, however many find a stale lock at the same
 * moment. The highest file is never removed, so that a number cannot be given twice.
 */
export interface FolderLock {
  /** Gives the folder back. Does nothing the second time. */
  release(): Promise<void>;
}

/** The folder is held by a process that runs. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
}

const lockContent = z.object({
  pid: z.int().positive(),
  /** See processStart. */
  startedAt: z.string().nullable(),
  host: z.string(),
  released: z.boolean(),
});
type LockContent = z.output<typeof lockContent>;

/**
 * Takes the folder, which is made when it does not exist. A lock that a process left behind when it died is taken
 * over. Rejects with FolderLockedError when a process that runs holds it, or one on another host, of which nobody here
 * can tell.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const mine = { pid: process.pid, startedAt: await processStart(process.pid), host: hostname() };
  for (;;) {
    const highest = await highestNumber(folder);
    await refuseIfHeld(folder, highest);
    const next = highest + 1;
    if (!(await make(folder, next, { ...mine, released: false }))) continue;
    // A slow process may have made a number that was used and cleared away meanwhile.
    if ((await highestNumber(folder)) === next) {
      await removeBelow(folder, next);
      return heldLock(() => write(folder, next, { ...mine, released: true }));
    }
    await rm(fileOf(folder, next), { force: true });
  }
}

function heldLock(giveBack: () => Promise<void>): FolderLock {
  let released: Promise<void> | null = null;
  return { release: () => (released ??= giveBack()) };
}

async function refuseIfHeld(folder: string, number: number): Promise<void> {
  const holder = await read(folder, number);
  if (holder === null || holder.released) return;
  const isHere = holder.host === hostname();
  if (isHere && !(await isRunning(holder.pid, holder.startedAt))) return;
  const file = fileOf(folder, number);
  const since = holder.since.toISOString();
  const where = isHere ? '' : ` on the host ${holder.host}`;
  const stop = isHere ? 'Stop that process' : `Stop that process (if it has long ended, remove ${file})`;
  throw new FolderLockedError(
    `The database folder ${folder} is in use by process ${holder.pid}${where} since ${since}, and two processes in` +
      ` one folder would lose data. ${stop}, or use another DATA_DIR, or a Postgres server by DATABASE_URL.`,
  );
}

/** 0 when the folder was never locked. */
async function highestNumber(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)));
}

async function numbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const digits = /^lock\.(\d{1,15})$/u.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

/** Null when there is none, or when it says nothing that a lock would. */
async function read(folder: string, number: number): Promise<(LockContent & { readonly since: Date }) | null> {
  const file = fileOf(folder, number);
  try {
    const content = lockContent.parse(JSON.parse(await readFile(file, 'utf8')));
    return { ...content, since: (await stat(file)).mtime };
  } catch {
    return null;
  }
}

/** False when the number exists already. The file appears with all of its content, or not at all. */
async function make(folder: string, number: number, content: LockContent): Promise<boolean> {
  const draft = await writeDraft(folder, content);
  try {
    await link(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(folder: string, number: number, content: LockContent): Promise<void> {
  await rename(await writeDraft(folder, content), fileOf(folder, number));
}

async function writeDraft(folder: string, content: LockContent): Promise<string> {
  const draft = join(folder, `lock-draft.${randomUUID()}`);
  await writeFile(draft, `${JSON.stringify(content)}\n`);
  return draft;
}

async function removeBelow(folder: string, number: number): Promise<void> {
  const older = (await numbers(folder)).filter((other) => other < number);
  await Promise.all(older.map((other) => rm(fileOf(folder, other), { force: true })));
}

function fileOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}
