import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Output, progressDisplay } from '../../scripts/progress-display.ts';
import { startChild } from './child.ts';

describe('the display', () => {
  test('on a terminal is one line, drawn again and again', () => {
    expect(shown({ isTTY: true }, [50, 150, 200])).toBe(
      '\r\u001B[2K25 %: 50 of 200 centers, 50 a second' +
        '\r\u001B[2K75 %: 150 of 200 centers, 75 a second' +
        '\r\u001B[2K100 %: 200 of 200 centers, 67 a second\n',
    );
  });

  test('elsewhere is a line every tenth', () => {
    const everyPercent = Array.from({ length: 100 }, (_, index) => (index + 1) * 2);
    const lines = shown({ isTTY: false }, everyPercent).trimEnd().split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `${percent} %`),
    );
  });
});

describe('the command', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seed-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('fills the database that the service would use, with the demo data first', async () => {
    await using first = startChild('scripts/seed.ts', ['--centers', '100'], { DATA_DIR: folder });
    const { lines, code } = await first.finish();
    expect(lines).toContain(`Seeding PGlite in ${folder}.`);
    expect(lines).toContain('Loaded the demo data.');
    expect(lines.at(-1)).toBe('100 centers written.');
    expect(code).toBe(0);
    await using second = startChild('scripts/seed.ts', ['--centers', '150'], { DATA_DIR: folder });
    expect((await second.finish()).lines.at(-1)).toBe('50 centers written, 100 were there already.');
  });

  test('explains itself', async () => {
    await using child = startChild('scripts/seed.ts', ['--help']);
    const { lines, code } = await child.finish();
    expect(lines.join('\n')).toContain('npm run seed -- --centers N');
    expect(code).toBe(0);
  });

  test.each<readonly [string, readonly string[], NodeJS.ProcessEnv, string]>([
    ['nothing', [], {}, '--centers is missing.'],
    ['no number', ['--centers', '1e3'], {}, '--centers is "1e3"; allowed: a whole number from 1 to'],
    ['none', ['--centers', '0'], {}, '--centers is "0"; allowed: a whole number from 1 to'],
    ['another option', ['--centers', '1', '--force'], {}, `Unknown option '--force'`],
    ['a database that forgets', ['--centers', '1'], { DATA_DIR: 'memory' }, 'DATA_DIR is memory'],
    ['a wrong setting', ['--centers', '1'], { PORT: 'x' }, 'PORT: given "x"'],
    ['no server', ['--centers', '1'], { DATABASE_URL: 'postgres://127.0.0.1:1/a' }, 'cannot be used: connect'],
  ])('given %s, says what is wrong and fails', async (_, args, env, message) => {
    await using child = startChild('scripts/seed.ts', args, env);
    const { errors, code } = await child.finish();
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
    expect(code).toBe(1);
  });
});

/** Each step comes one second after the one before. */
function shown(output: Pick<Output, 'isTTY'>, steps: readonly number[]): string {
  const written: string[] = [];
  let now = 0;
  const display = progressDisplay({ ...output, write: (text) => written.push(text) }, () => now);
  for (const done of steps) {
    now += 1000;
    display.show({ done, count: 200 });
  }
  display.end();
  return written.join('');
}
