import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoParent, startTestApp } from '../support/test-app.ts';
import { bare, documentedSnippets } from './documented-snippets.ts';
import { copyExamples, type ExampleFolder } from './example-folder.ts';
import { hasPython, inTerminal, Program } from '../support/program.ts';

const ADDRESS = 'Potsdamer Platz 1, Berlin';

const stack = new AsyncDisposableStack();
let examples: ExampleFolder;
beforeAll(async () => {
  const app = stack.use(await startTestApp());
  examples = stack.use(await copyExamples(app.url));
}, 60_000);
afterAll(() => stack.disposeAsync());

test('the documentation has a snippet for basic use, one for handlers and one for errors', () => {
  expect(documentedSnippets()).toEqual([
    expect.stringContaining("new MatchingStreamClient('http://localhost:8001')"),
    expect.stringContaining('class CustomMatchingClient extends MatchingStreamClient'),
    expect.stringContaining("error.code === 'SESSION_TIMEOUT'"),
  ]);
});

describe('basic.js', () => {
  test('is the documented snippet and nothing else', async () => {
    const [snippet = ''] = documentedSnippets();
    expect(bare(await readFile('examples/basic.js', 'utf8'))).toBe(bare(snippet));
  });

  test('fails where there is no terminal to ask at, and says so', async () => {
    await using example = new Program('node', ['examples/basic.js'], { folder: examples.path });
    const { code, output } = await example.closeInput().ended;
    expect(code).not.toBe(0);
    expect(output).toMatch(/NO_TERMINAL/);
  });

  test.runIf(hasPython())('asks at a terminal where work is, and shows offers with the way there', async () => {
    await using example = inTerminal('node', ['examples/basic.js'], { folder: examples.path });
    await example.prints(/Where is your work located\?[^]*\): /);
    example.type(ADDRESS);
    const { code, output } = await example.ended;
    expect(output).toMatch(/5 of \d+ centers:/);
    expect(output).toMatch(/home: .*; work: /);
    expect(code).toBe(0);
  });
});

describe('advanced.js', () => {
  test('contains the documented snippets as they stand', async () => {
    const [, handlers = '', errors = ''] = documentedSnippets();
    const text = bare(await readFile('examples/advanced.js', 'utf8'));
    expect(text).toContain(bare(handlers));
    expect(text).toContain(bare(errors));
  });

  test.runIf(hasPython())('asks at a terminal once, then nowhere, and keeps the offers of every search', async () => {
    const [parent, file] = [demoParent(1), join(examples.path, 'family.sqlite')];
    await using first = inTerminal('node', ['examples/advanced.js', parent, file], { folder: examples.path });
    await first.prints(/Where is your work located\?[^]*\): /);
    first.type(ADDRESS);
    const asked = await first.ended;
    expect(asked).toMatchObject({ code: 0, output: expect.stringMatching(/5 offers have come and are saved\./) });

    await using second = new Program('node', ['examples/advanced.js', parent, file], { folder: examples.path });
    const remembered = await second.closeInput().ended;
    expect(remembered.code).toBe(0);
    expect(remembered.output).not.toContain('Where is your work located?');
    expect(remembered.output).toMatch(/home: .*; work: /);

    using database = new DatabaseSync(file);
    const offers = database.prepare('SELECT center_name, score FROM offers').all();
    expect(offers).toHaveLength(5);
    for (const { center_name: name } of offers) expect(remembered.output).toContain(String(name));
  });

  test('says what went wrong and fails', async () => {
    await using example = new Program('node', ['examples/advanced.js', demoParent(9), ':memory:'], {
      folder: examples.path,
    });
    const { code, output } = await example.closeInput().ended;
    expect(output).toContain('parent_not_found: There is no such parent');
    expect(code).toBe(1);
  });
});
