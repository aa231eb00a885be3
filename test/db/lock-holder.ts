import { createInterface } from 'node:readline';
import { lockFolder } from '../../src/db/folder-lock.ts';

/** Waits for `go`, takes the folder, says how that went, and holds it until its input ends. */
const [folder = ''] = process.argv.slice(2);
const input = createInterface({ input: process.stdin });

process.stdout.write('ready\n');
for await (const word of input) {
  if (word !== 'go') continue;
  try {
    await lockFolder(folder);
    process.stdout.write('held\n');
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : 'unknown'}\n`);
  }
}
