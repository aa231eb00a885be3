import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { madeUpApt } from './made-up-apt.ts';

const ALLOWS = '#!/bin/sh\necho "the policy of before: $*"\nexit 0\n';

describe.runIf(process.platform === 'linux')('an installation by apt', () => {
  test('starts no service, now or at the next boot, and leaves nothing behind', async () => {
    await using apt = await madeUpApt();
    await apt.install('redis-server');
    expect(await apt.notes()).toEqual([
      'apt-get install',
      'redis-server start: 101',
      'cluster: ',
      'systemctl disable redis-server',
    ]);
    expect(existsSync(apt.policyFile)).toBe(false);
  });

  test('makes no cluster of Postgres, and takes the word for it back', async () => {
    await using apt = await madeUpApt();
    await apt.install('postgresql');
    expect(await apt.notes()).toContain('cluster: create_main_cluster = off');
    expect(existsSync(apt.clusterFile)).toBe(false);
  });

  test('puts back a policy of the machine that would let services start', async () => {
    await using apt = await madeUpApt();
    await apt.writePolicy(ALLOWS);
    await apt.install('redis-server');
    expect(await apt.notes()).toContain('redis-server start: 101');
    expect(await readFile(apt.policyFile, 'utf8')).toBe(ALLOWS);
  });

  test('leaves a policy alone that lets nothing start', async () => {
    await using apt = await madeUpApt();
    await apt.writePolicy('#!/bin/sh\nexit 101\n');
    const before = await stat(apt.policyFile);
    await apt.install('redis-server');
    expect(await apt.notes()).toContain('redis-server start: 101');
    expect((await stat(apt.policyFile)).ino).toBe(before.ino);
  });

  test('asks for the lists of packages when they are absent, and only then', async () => {
    await using apt = await madeUpApt('[ -e "$ROOT/lists" ] || exit 100');
    await apt.install('redis-server');
    expect((await apt.notes()).slice(0, 3)).toEqual(['apt-get install', 'apt-get update', 'apt-get install']);
  });

  test('does nothing when the package is there', async () => {
    await using apt = await madeUpApt();
    await apt.install('redis-server');
    const before = await apt.notes();
    await apt.install('redis-server');
    expect(await apt.notes()).toEqual(before);
  });

  test('that fails tells the last words of apt and puts the policy back', async () => {
    await using apt = await madeUpApt('echo "E: Unable to locate package"; exit 100');
    await apt.writePolicy(ALLOWS);
    await expect(apt.install('redis-server')).rejects.toThrow(
      /^apt could not install redis-server:\n[^]*E: Unable to locate package$/u,
    );
    expect(await readFile(apt.policyFile, 'utf8')).toBe(ALLOWS);
  });

  test('waits for another', async () => {
    await using apt = await madeUpApt('sleep 0.2');
    await Promise.all([apt.install('redis-server'), apt.install('redis-server'), apt.install('postgresql')]);
    const notes = await apt.notes();
    expect(notes).not.toContain('two at once');
    expect(notes.filter((note) => note === 'apt-get install')).toHaveLength(2);
  });

  test('that is killed leaves a policy that says what the one before said, and the next one puts that back', async () => {
    await using apt = await madeUpApt('if [ ! -e "$ROOT/once" ]; then : >"$ROOT/once"; kill -KILL $PPID; exit 1; fi');
    await apt.writePolicy(ALLOWS);
    await expect(apt.install('redis-server')).rejects.toThrow('apt could not install');
    expect(await readFile(apt.policyFile, 'utf8')).not.toBe(ALLOWS);
    const asked = spawnSync(apt.policyFile, ['nginx', 'start'], { encoding: 'utf8' });
    expect(asked).toMatchObject({ status: 0, stdout: 'the policy of before: nginx start\n' });
    await apt.install('redis-server');
    expect(await readFile(apt.policyFile, 'utf8')).toBe(ALLOWS);
  });
});
