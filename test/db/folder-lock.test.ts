import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderLockedError, lockFolder } from '../../src/db/folder-lock.ts';
import { isRunning, processStart } from '../../src/db/process-identity.ts';
import { type Child, startChild } from './child.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-lock-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a folder that does not exist yet is made and taken', async () => {
  const lock = await lockFolder(join(folder, 'new', 'one'));
  await lock.release();
  expect(await readdir(join(folder, 'new', 'one'))).toEqual(['lock.1']);
});

test('a folder that a running process holds is refused: which folder, which process, since when, and what to do', async () => {
  await using holder = await waitingHolder();
  expect(await take(holder)).toBe('held');
  const error = await lockFolder(folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FolderLockedError);
  expect(String(error)).toContain(`The database folder ${folder} is in use by process ${holder.pid} since 20`);
  expect(String(error)).toContain('Stop that process, or use another DATA_DIR, or a Postgres server by DATABASE_URL.');
});

test('the process that holds a folder cannot take it again', async () => {
  await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`);
});

test('a folder that was given back can be taken, and the giver cannot give it back twice', async () => {
  const first = await lockFolder(folder);
  await first.release();
  await lockFolder(folder);
  await first.release();
  await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
});

test('a lock whose process was killed is taken over', async () => {
  const holder = await waitingHolder();
  expect(await take(holder)).toBe('held');
  await holder.kill();
  await expect(lockFolder(folder)).resolves.toBeDefined();
});

test('a lock whose process id now belongs to a later process is taken over', async () => {
  await writeLock({ pid: process.pid, startedAt: 'another start', host: hostname(), released: false });
  await expect(lockFolder(folder)).resolves.toBeDefined();
});

test('a lock of another host is not taken over, and the message says which file to remove', async () => {
  await writeLock({ pid: 1, startedAt: null, host: 'elsewhere.example', released: false });
  const error = await lockFolder(folder).catch((reason: unknown) => String(reason));
  expect(error).toContain('process 1 on the host elsewhere.example');
  expect(error).toContain(`remove ${join(folder, 'lock.1')}`);
});

test('a lock file that a crash left half written is taken over', async () => {
  await writeFile(join(folder, 'lock.1'), '{"pid":');
  await expect(lockFolder(folder)).resolves.toBeDefined();
});

test('of many processes that find the same stale lock at once exactly one wins, and the others name it', async () => {
  const dead = await waitingHolder();
  expect(await take(dead)).toBe('held');
  await dead.kill();

  await using processes = new AsyncDisposableStack();
  const rivals = await Promise.all(Array.from({ length: 8 }, () => waitingHolder()));
  for (const rival of rivals) processes.use(rival);
  const answers = await Promise.all(rivals.map(take));

  const winners = rivals.filter((_, index) => answers[index] === 'held');
  expect(winners).toHaveLength(1);
  const refusals = answers.filter((answer) => answer !== 'held');
  expect(refusals.every((refusal) => refusal.includes(`in use by process ${winners[0]?.pid} since`))).toBe(true);
});

test('of many attempts that interleave, round after round, exactly one wins', async () => {
  for (let round = 0; round < 20; round += 1) {
    await writeFile(join(folder, `lock.${round * 10 + 1}`), lockOf({ startedAt: 'another start' }));
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
    const locks = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(locks).toHaveLength(1);
    await locks[0]?.value.release();
  }
});

test('a process is known by its start, and one that has ended runs no more', async () => {
  const child = await waitingHolder();
  const startedAt = await processStart(child.pid);
  expect(startedAt).not.toBeNull();
  expect(await isRunning(child.pid, startedAt)).toBe(true);
  expect(await isRunning(child.pid, 'another start')).toBe(false);
  await child.kill();
  expect(await isRunning(child.pid, startedAt)).toBe(false);
});

async function waitingHolder(): Promise<Child> {
  const child = startChild('test/db/lock-holder.ts', [folder]);
  expect(await child.line()).toBe('ready');
  return child;
}

async function take(holder: Child): Promise<string> {
  holder.say('go');
  return holder.line();
}

interface LockContent {
  readonly pid: number;
  readonly startedAt: string | null;
  readonly host: string;
  readonly released: boolean;
}

function lockOf(content: Partial<LockContent>): string {
  return JSON.stringify({ pid: process.pid, startedAt: null, host: hostname(), released: false, ...content });
}

async function writeLock(content: LockContent): Promise<void> {
  await writeFile(join(folder, 'lock.1'), lockOf(content));
}
