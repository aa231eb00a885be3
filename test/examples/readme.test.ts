import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp } from '../support/test-app.ts';
import { copyExamples, type ExampleFolder } from './example-folder.ts';
import { hasPython, Program } from '../support/program.ts';

/** What each command of the README comes to say when it is run as it stands there, with nobody who types. */
const COMMANDS: Readonly<Record<string, RegExp>> = {
  'node examples/basic.js': /NO_TERMINAL/,
  'node examples/advanced.js': /NO_TERMINAL/,
  'node examples/browser/serve.js': /^http:\/\/127\.0\.0\.1:\d+$/m,
  'node examples/graphql-client.ts': /Where is your work located\?/,
  'node examples/apollo-client.ts': /Where is your work located\?/,
  'node examples/urql-client.ts': /Where is your work located\?/,
  'python3 examples/client.py': /Where is your work located\?/,
  'sh examples/curl.sh': /"error_code":"session_cancelled"/,
};

/** What other examples import, and no example itself. */
const IMPORTED = 'nodejs-streaming-client.js';

let readme: string;
const stack = new AsyncDisposableStack();
let examples: ExampleFolder;
beforeAll(async () => {
  readme = await readFile('examples/README.md', 'utf8');
  const app = stack.use(await startTestApp());
  examples = stack.use(await copyExamples(app.url));
}, 60_000);
afterAll(() => stack.disposeAsync());

describe('the README of the examples', () => {
  test('has the commands that are run here, and no other', () => {
    const commands = [...readme.matchAll(/^\| `(.+?)` \|/gm)].map(([, command]) => command);
    expect(commands).toEqual(Object.keys(COMMANDS));
  });

  test('has every example', async () => {
    const files = (await readdir('examples')).filter((name) => /\.(?:js|ts|py|sh)$/.test(name) && name !== IMPORTED);
    for (const name of files) expect(readme).toContain(` examples/${name}\``);
  });

  const runnable = Object.entries(COMMANDS).filter(([command]) => !command.startsWith('python3') || hasPython());
  test.each(runnable)('has a command that works as it stands: %s', async (command, says) => {
    const [program = '', ...given] = command.split(' ');
    await using example = new Program(program, given, { folder: examples.path });
    expect(await example.prints(says)).not.toBeNull();
  });
});
