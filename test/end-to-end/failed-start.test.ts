import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { RecordingLog } from '../support/recording-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matching-failed-start-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** Fails a start, after which the folder of the database cannot be given back. */
function failForGood(): never {
  rmSync(join(folder, 'lock.1'));
  mkdirSync(join(folder, 'lock.1'));
  throw new RangeError('why it could not start');
}

test.each([
  ['before it runs sessions', { onProgress: (line: string) => void (line.startsWith('Loaded') && failForGood()) }],
  ['as it is about to', { observe: failForGood }],
])('a start that fails %s says why, also where it cannot be undone in order, which the log has', async (_, failing) => {
  const log = new RecordingLog();
  const config = loadConfig({ DATA_DIR: folder, PORT: '0' });
  await expect(startApp({ config, log, ...failing })).rejects.toThrow('why it could not start');
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { cause: { code: 'EISDIR' } }, message: 'could not close after a start that failed' },
  ]);
});
