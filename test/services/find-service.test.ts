import { describe, expect, test } from 'vitest';
import { findProgram, findService } from '../support/services/find-service.ts';
import { SERVICES, TOOLS } from '../support/services/services.ts';
import { DEBIAN, machineOf, postgresIn } from './machine-of.ts';

const APT = '/usr/bin/apt-get';
const WITH_PATH = { PATH: '/usr/local/bin:/usr/bin' };

describe('a server that the environment names', () => {
  test('comes before any program on the machine', () => {
    const machine = machineOf(['/usr/bin/redis-server'], {
      environment: { ...WITH_PATH, REDIS_URL: 'redis://elsewhere' },
    });
    expect(findService('redis', machine)).toEqual({ kind: 'given', url: 'redis://elsewhere' });
  });

  test('is no other service', () => {
    const machine = machineOf(['/usr/bin/redis-server'], {
      environment: { ...WITH_PATH, DATABASE_URL: 'postgres://x' },
    });
    expect(findService('redis', machine).kind).toBe('installed');
  });

  test('is none when the variable is empty', () => {
    const machine = machineOf(['/usr/bin/redis-server'], { environment: { ...WITH_PATH, REDIS_URL: '' } });
    expect(findService('redis', machine).kind).toBe('installed');
  });
});

describe('programs on the machine', () => {
  test('are taken from PATH first, in its order', () => {
    const machine = machineOf([
      ...postgresIn('/usr/lib/postgresql/17/bin'),
      ...postgresIn('/usr/bin'),
      ...postgresIn('/usr/local/bin'),
    ]);
    expect(findService('postgres', machine)).toEqual({ kind: 'installed', program: '/usr/local/bin/postgres' });
  });

  test('are taken from where Debian puts them, the newest by number', () => {
    const machine = machineOf([9, 15, 17].flatMap((version) => postgresIn(`/usr/lib/postgresql/${version}/bin`)));
    expect(findService('postgres', machine)).toEqual({
      kind: 'installed',
      program: '/usr/lib/postgresql/17/bin/postgres',
    });
  });

  test('count only when initdb lies beside the server', () => {
    const machine = machineOf(['/usr/lib/postgresql/17/bin/postgres', ...postgresIn('/usr/lib/postgresql/15/bin')]);
    expect(findService('postgres', machine)).toEqual({
      kind: 'installed',
      program: '/usr/lib/postgresql/15/bin/postgres',
    });
  });

  test.each([
    ['postgres', '/opt/homebrew/opt/postgresql@17/bin/postgres'],
    ['postgres', '/usr/local/opt/postgresql/bin/postgres'],
    ['redis', '/opt/homebrew/opt/redis/bin/redis-server'],
    ['redis', '/opt/homebrew/bin/redis-server'],
  ] as const)('are found where Homebrew puts them: %s at %s', (service, program) => {
    const initdb = program.replace(/postgres$/u, 'initdb');
    const machine = machineOf([program, initdb], { platform: 'darwin', environment: { PATH: '/usr/bin:/bin' } });
    expect(findService(service, machine)).toEqual({ kind: 'installed', program });
  });

  test('of Valkey serve where there is no Redis', () => {
    expect(findService('redis', machineOf(['/usr/bin/valkey-server']))).toEqual({
      kind: 'installed',
      program: '/usr/bin/valkey-server',
    });
  });

  test('in relative entries of PATH are left alone', () => {
    const machine = machineOf(['bin/redis-server', 'redis-server'], { environment: { PATH: 'bin::.' } });
    expect(findService('redis', machine).kind).toBe('missing');
  });
});

describe('a browser', () => {
  const chrome = '/opt/chrome/chrome';
  const named = { environment: { ...WITH_PATH, CHROMIUM_PATH: chrome } };

  test('that the environment names comes before one on PATH, on Windows too', () => {
    const program = { kind: 'installed', program: chrome };
    expect(findProgram('chromium', machineOf([chrome, '/usr/bin/chromium'], named))).toEqual(program);
    expect(findProgram('chromium', machineOf([chrome], { ...named, platform: 'win32', uid: null }))).toEqual(program);
  });

  test('that the environment names and that is not there is told of, and no other is taken', () => {
    expect(findProgram('chromium', machineOf(['/usr/bin/chromium'], named))).toEqual({
      kind: 'missing',
      instructions: 'The tests need Chromium: CHROMIUM_PATH is set, but no program can be run at its path.',
    });
  });

  test.each([
    ['/usr/bin/chromium', 'linux'],
    ['/usr/bin/chromium-browser', 'linux'],
    ['/usr/bin/google-chrome', 'linux'],
    ['/snap/bin/chromium', 'linux'],
    ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'darwin'],
  ] as const)('is found at %s', (program, platform) => {
    expect(findProgram('chromium', machineOf([program], { platform }))).toEqual({ kind: 'installed', program });
  });
});

describe('without a program', () => {
  test.each([
    ['Debian', DEBIAN],
    ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'],
    ['one made from them', 'ID="linuxmint"\nID_LIKE="ubuntu debian"\n'],
  ])('root on %s installs the packages', (_, osRelease) => {
    const machine = machineOf([APT], { uid: 0, osRelease });
    expect(SERVICES.map((service) => findService(service, machine))).toEqual([
      { kind: 'installable', packageName: 'postgresql' },
      { kind: 'installable', packageName: 'redis-server' },
    ]);
  });

  test('root on Debian installs Chromium too, but not on Ubuntu, where it is a snap', () => {
    const on = (osRelease: string) => findProgram('chromium', machineOf([APT], { uid: 0, osRelease }));
    expect(on(DEBIAN)).toEqual({ kind: 'installable', packageName: 'chromium' });
    expect(on('ID="linuxmint"\nID_LIKE="ubuntu debian"\n')).toEqual({ kind: 'installable', packageName: 'chromium' });
    expect(on('ID=ubuntu\nID_LIKE=debian\n')).toMatchObject({
      kind: 'missing',
      instructions: expect.stringContaining('\n  sudo snap install chromium\n'),
    });
  });

  test.each([
    ['nobody but root installs anything', machineOf([APT], { osRelease: DEBIAN })],
    ['nothing is installed without apt-get', machineOf([], { uid: 0, osRelease: DEBIAN })],
    ['nothing is installed on another Linux', machineOf([APT], { uid: 0, osRelease: 'ID=fedora\n' })],
    ['nothing is installed on macOS', machineOf([APT], { uid: 0, platform: 'darwin' })],
  ])('%s', (_, machine) => {
    expect(TOOLS.map((tool) => findProgram(tool, machine).kind)).toEqual(TOOLS.map(() => 'missing'));
  });

  test('a person on Debian is told what to install, and how to do without', () => {
    expect(findProgram('postgres', machineOf([APT], { osRelease: DEBIAN }))).toEqual({
      kind: 'missing',
      instructions: [
        'The tests need PostgreSQL: DATABASE_URL is not set, and no program of it was found on this machine.',
        'Install it; the tests start a server of their own from it:',
        '  sudo apt-get update && sudo apt-get install --yes --no-install-recommends postgresql',
        'Or run it in Docker, and say where:',
        '  docker run --rm --detach --name matching-postgres --publish 127.0.0.1:5432:5432 --env POSTGRES_HOST_AUTH_METHOD=trust postgres:17',
        '  export DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres',
      ].join('\n'),
    });
  });

  test('a person on Debian is told what to install for a browser, or to say where one is', () => {
    expect(findProgram('chromium', machineOf([APT], { osRelease: DEBIAN }))).toEqual({
      kind: 'missing',
      instructions: [
        'The tests need Chromium: CHROMIUM_PATH is not set, and no program of it was found on this machine.',
        'Install it; the tests look at pages in it, without a window:',
        '  sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium',
        'Or say where the program of a Chromium or a Chrome is:',
        '  export CHROMIUM_PATH=/path/to/chromium',
      ].join('\n'),
    });
  });

  test('a person at a Mac is told the command of Homebrew', () => {
    const instructions = TOOLS.map((tool) => findProgram(tool, machineOf([], { platform: 'darwin' })));
    expect(instructions).toMatchObject([
      { instructions: expect.stringContaining('\n  brew install postgresql@17\n') },
      { instructions: expect.stringContaining('\n  brew install redis\n') },
      { instructions: expect.stringContaining('\n  brew install --cask google-chrome\n') },
      { instructions: expect.stringContaining('\n  brew install nginx\n') },
    ]);
  });

  test.each([
    ['another Linux', machineOf([], { osRelease: 'ID=fedora\n' }), 'export'],
    ['Windows', machineOf([], { platform: 'win32', uid: null }), 'set'],
  ])('a person at %s is told to run it in Docker', (_, machine, set) => {
    expect(findProgram('redis', machine)).toEqual({
      kind: 'missing',
      instructions: [
        'The tests need Redis: REDIS_URL is not set, and no program of it was found on this machine.',
        'Run it in Docker, and say where:',
        '  docker run --rm --detach --name matching-redis --publish 127.0.0.1:6379:6379 redis:7',
        `  ${set} REDIS_URL=redis://127.0.0.1:6379`,
      ].join('\n'),
    });
  });
});
