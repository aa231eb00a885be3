import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { Program } from '../support/program.ts';
import { createDatabase } from '../support/services/databases.ts';
import { commandOf, readDockerfile, saidBy, variablesOf } from './dockerfile.ts';

const [made = [], image = []] = readDockerfile('Dockerfile');
const ignored = readFileSync('.dockerignore', 'utf8').split('\n');

/** What a stage takes from the repository, without its last word, the place. */
function copied(stage: typeof image): readonly string[] {
  return saidBy(stage, 'COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(/\s+/u).slice(0, -1));
}

/** The image's /app, made by hand from what its file says, of a checkout that is open to nobody else. */
function makeApp(folder: string): void {
  for (const path of [...copied(made), ...copied(image)]) cpSync(path, join(folder, path), { recursive: true });
  execFileSync('chmod', ['-R', 'go=', '.'], { cwd: folder });
  const env = { ...process.env, npm_config_prefer_offline: 'true' };
  for (const command of saidBy(made, 'RUN')) {
    execFileSync('sh', ['-c', `umask 022; ${command}`], { cwd: folder, env, stdio: 'ignore' });
  }
}

/** What the image takes out of what was made, without the place. */
function taken(): readonly string[] {
  return saidBy(image, 'COPY').flatMap((line) =>
    line
      .split(/\s+/u)
      .slice(1, -1)
      .map((path) => path.replace('/app/', '')),
  );
}

/** Node may read the folder and use the network; what it writes or starts is refused. */
function confined(folder: string): readonly string[] {
  return ['--permission', '--allow-net', `--allow-fs-read=${folder}/*`];
}

test('only what the image is made of goes to the builder', () => {
  expect(ignored.filter((line) => line !== '' && !line.startsWith('#')).toSorted()).toEqual(
    ['*', ...[...new Set([...copied(made), ...copied(image)])].map((path) => `!${path.replace('./', '')}`)].toSorted(),
  );
});

test('the image runs as a plain user, by commands that get its signals', () => {
  expect(saidBy(image, 'USER')).toEqual(['node']);
  expect(saidBy(image, 'STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(saidBy(image, 'CMD').map(commandOf)).toEqual([['node', 'src/main.ts']]);
  expect(saidBy(image, 'EXPOSE')).toEqual([variablesOf(image)['PORT']]);
});

test('what the image holds serves, is found healthy, and writes to no file', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'matching-image-'));
  const app = folder.path;
  makeApp(app);
  expect(existsSync(join(app, 'node_modules/vitest'))).toBe(false);
  expect(existsSync(join(app, 'node_modules/.bin/node'))).toBe(false);
  expect(taken()).toEqual(expect.arrayContaining(['package.json', 'node_modules', 'src']));
  // Whoever runs it is not who made it.
  expect(execFileSync('find', [...taken(), '!', '-perm', '-o=r'], { cwd: app, encoding: 'utf8' })).toBe('');
  const [, ...main] = saidBy(image, 'CMD').flatMap(commandOf);

  // As it stands, without a token to ask for, it does not listen to everybody.
  const open = new Program(process.execPath, [...confined(app), ...main], { folder: app, env: variablesOf(image) });
  expect(await open.ended).toMatchObject({ code: 1, output: expect.stringContaining('AUTH_JWT_SECRET') });

  await using database = await createDatabase({ url: inject('postgresUrl') });
  const env = {
    ...variablesOf(image),
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
  };
  await using served = new Program(process.execPath, [...confined(app), ...main], { folder: app, env });
  const [, port = ''] = await served.prints(/http:\/\/127\.0\.0\.1:(\d+)/u);
  const [, ...healthcheck] = saidBy(image, 'HEALTHCHECK').flatMap(commandOf);
  const check = (at: string) => spawnSync(process.execPath, healthcheck, { env: { PORT: at } }).status;
  expect(check(port)).toBe(0);
  const ended = await served.stop('SIGTERM');
  expect(ended.code).toBe(0);
  expect(ended.output).not.toContain('ERR_ACCESS_DENIED');
  expect(check(port)).toBe(1);
}, 180_000);
