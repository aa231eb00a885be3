import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { hasPython, Program } from '../support/program.ts';

const ADDRESS = 'Potsdamer Platz 1, Berlin';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

test('curl.sh starts, looks, answers, resumes and cancels', async () => {
  await using example = new Program('sh', ['examples/curl.sh', app.url]);
  const { code, output } = await example.closeInput().ended;
  expect(code).toBe(0);
  const [, started, status, answered, resumed, startedAgain, cancelled] = output.split(/^# .*\n/mu);
  expect(started).toMatch(/^id: 1\ndata: .*"stage":"loading_preferences"/mu);
  expect(started).toContain('Where is your work located?');
  expect(status).toMatch(/"interactions_count":1/);
  expect(answered).toMatch(/"status":"received"/);
  expect(answered).toMatch(/"type":"match_results"/);
  expect(resumed).toMatch(/^id: 3$/mu);
  expect(resumed).not.toMatch(/^id: 2$/mu);
  expect(resumed).toMatch(/"type":"match_results"/);
  expect(startedAgain).toContain('Where is your work located?');
  expect(cancelled).toMatch(/"error_code":"session_cancelled"/);
});

describe.runIf(hasPython())('client.py', () => {
  const python = (...given: readonly string[]) => new Program('python3', ['-u', 'examples/client.py', ...given]);

  test('asks at the terminal, goes on with the answer and shows offers', async () => {
    await using example = python(demoParent(1), app.url);
    await example.prints(/Where is your work located\?/);
    example.type(ADDRESS);
    const { code, output } = await example.ended;
    expect(output).toMatch(/^0\.\d\d .+/mu);
    expect(code).toBe(0);
  });

  test.each([
    ['a choice', 4, 'option_2'],
    ['a loosening', 5, 'yes'],
    ['a place', 1, ADDRESS],
  ])('takes the answer to %s from the command line', async (_, last, answer) => {
    await using example = python(demoParent(last), app.url, answer);
    const { code, output } = await example.closeInput().ended;
    expect(output).toMatch(/^0\.\d\d .+/mu);
    expect(code).toBe(0);
  });

  test('asks again when an answer does not fit', async () => {
    await using example = python(demoParent(4), app.url, 'no such option');
    await example.prints(/does not fit the question/);
    example.type('none');
    await example.prints(/\?/);
    const { output } = await example.closeInput().ended;
    expect(output.match(/does not fit/g)).toHaveLength(1);
  });

  test('comes back to its session when the connection is cut, and shows nothing twice', async () => {
    await using proxy = await TcpProxy.open(app.url);
    await using example = python(demoParent(1), proxy.url);
    await example.prints(/Where is your work located\?/);
    proxy.cutAll();
    example.type(ADDRESS);
    const { code, output } = await example.ended;
    expect(code).toBe(0);
    expect(output.match(/Where is your work located\?/g)).toHaveLength(1);
    expect(output.match(/^ *\d+% Loading/gmu)).toHaveLength(1);
    expect(output).toMatch(/^0\.\d\d .+/mu);
    const starts = proxy.requests.filter(({ path }) => path.endsWith('/interactive'));
    expect(starts.map(({ lastEventId }) => Number(lastEventId))).toEqual([0, expect.toSatisfy((id) => id > 0)]);
  });

  test('says what went wrong and fails', async () => {
    await using example = python(demoParent(9), app.url);
    const { code, output } = await example.closeInput().ended;
    expect(output).toContain('There is no such parent');
    expect(code).toBe(1);
  });

  test('fails where there is nobody to ask', async () => {
    await using example = python(demoParent(1), app.url);
    const { code, output } = await example.closeInput().ended;
    expect(output).toContain('There is nobody to ask');
    expect(code).toBe(1);
  });
});
