import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPython, inTerminal, Program } from '../support/program.ts';

const start = (env: Readonly<Record<string, string>>): Program => new Program('node', ['src/main.ts'], { env });

let folder: string;
let server: Program;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matching-start-'));
  server = start({ DATA_DIR: folder, PORT: '0' });
  url = (await server.prints(/GraphQL\s+(http:\/\/127\.0\.0\.1:\d+)\/graphql/))[1] ?? '';
}, 60_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

describe('a start', () => {
  test('says what it runs on, where GraphiQL is, and one command to try, which works as pasted', async () => {
    for (const part of [`PGlite in ${folder}`, 'memory', 'gazetteer', 'estimate', `${url}/graphql/stream`]) {
      expect(server.output).toContain(part);
    }
    const [command] = await server.prints(/curl -N .*/);
    const tried = new Program('sh', ['-c', `exec ${command}`]);
    await tried.prints(/Where is your work located\?/);
    await tried.stop();
  });

  test('with the folder of a process that runs is refused, and names that process', async () => {
    const { code, output } = await start({ DATA_DIR: folder, PORT: '0' }).ended;
    expect(code).toBe(1);
    expect(output).toContain(String(server.pid));
    expect(output).toContain(folder);
    expect(output).toContain('DATABASE_URL');
  });

  test('in a folder that nobody can write to is refused, and says what to do', async () => {
    const { code, output } = await start({ DATA_DIR: '/dev/null/data', PORT: '0' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(
      /^The start failed\. The database folder \/dev\/null\/data cannot be written to: .*DATA_DIR.*DATABASE_URL/mu,
    );
  });

  test('on a port that is in use is refused, and says what to do', async () => {
    const { code, output } = await start({ DATA_DIR: 'memory', PORT: new URL(url).port }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/is in use\. Stop what listens there, or set PORT/);
  });

  test('with a wrong setting is refused, and names it and what is allowed', async () => {
    const { code, output } = await start({ PORT: 'eighty', HOST: '0.0.0.0' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/PORT/);
    expect(output).toMatch(/HOST/);
  });

  test('with tokens to check asks for one, and nobody but this machine is let in without', async () => {
    await using program = start({ DATA_DIR: 'memory', PORT: '0', AUTH_JWT_SECRET: 'x'.repeat(32) });
    const [found = ''] = await program.prints(/http:\/\/127\.0\.0\.1:\d+/);
    const path = '/api/streaming/sessions/no-such-session/status';
    expect((await fetch(`${found}${path}`)).status).toBe(401);
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  });

  test('with a Redis or a Postgres that does not answer is refused, and says which', async () => {
    const redis = await start({ DATA_DIR: 'memory', REDIS_URL: 'redis://:secret@127.0.0.1:1' }).ended;
    expect(redis).toMatchObject({ code: 1, output: expect.stringMatching(/Redis of REDIS_URL does not answer/) });
    const postgres = await start({ DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/x' }).ended;
    expect(postgres).toMatchObject({ code: 1, output: expect.stringMatching(/DATABASE_URL/) });
    expect(redis.output + postgres.output).not.toContain('secret');
  });
});

describe('the README', () => {
  test.each([
    [
      'REST',
      0,
      /^data: \{"type":"match_results",.*"offers":\[\{"center_id":"[^"]+","center_name":"[^"]+","score":0\.\d+,/mu,
    ],
    ['GraphQL', 1, /"offers":\[\{"centerName":"[^"]+","score":0\.\d+\}/u],
  ])('has a command to try by %s that brings offers, as pasted', async (_, index, offers) => {
    const readme = await readFile('README.md', 'utf8');
    const command = readme.match(/^curl .*$/gmu)?.[index]?.replace('http://127.0.0.1:8001', url) ?? '';
    const { code, output } = await new Program('sh', ['-c', command]).ended;
    expect(code).toBe(0);
    expect(output).toMatch(offers);
  });

  test.runIf(hasPython())('has a command that asks at the terminal and goes on with the answer', async () => {
    const readme = await readFile('README.md', 'utf8');
    const given = /^npm run match -- (.*)$/mu.exec(readme)?.[1]?.split(' ') ?? [];
    await using match = inTerminal('node', ['scripts/match.ts', ...given, '--url', url]);
    await match.prints(/Where is your work located\?/u);
    match.type('Potsdamer Platz 1, Berlin');
    const { code, output } = await match.ended;
    expect(output).toMatch(/home: .*; work: /u);
    expect(code).toBe(0);
  });

  test('has an example that asks at the terminal and goes on with the answer', async () => {
    const parent = '550e8400-e29b-41d4-a716-446655440001';
    const example = new Program('node', ['examples/graphql-client.ts', parent, url]);
    await example.prints(/Where is your work located\?/);
    example.type('Potsdamer Platz 1, Berlin');
    example.closeInput();
    const { code, output } = await example.ended;
    expect(output).toMatch(/RECEIVED/);
    expect(output).toMatch(/100 %/);
    expect(output).toMatch(/minutes? more (by bike to work|on foot from home)/);
    expect(code).toBe(0);
  });
});

test('a server that is told to stop ends its streams and exits with 0, and its folder opens again', async () => {
  const data = await mkdtemp(join(tmpdir(), 'matching-stop-'));
  const first = start({ DATA_DIR: data, PORT: '0' });
  const [command] = await first.prints(/curl -N .*/);
  const stream = new Program('sh', ['-c', `exec ${command}`]);
  await stream.prints(/UserInteraction/);
  expect((await first.stop()).code).toBe(0);
  expect((await stream.ended).output).toMatch(/"errorCode":"UNAVAILABLE"/);
  const second = start({ DATA_DIR: data, PORT: '0' });
  await second.prints(/is ready/);
  expect((await second.stop()).code).toBe(0);
  await rm(data, { recursive: true });
}, 60_000);

test('a server that npm started stops when npm is ended, which passes no signal on', async () => {
  const npm = new Program('npm', ['start'], { env: { DATA_DIR: 'memory', PORT: '0' } });
  const [, at = ''] = await npm.prints(/GraphQL\s+(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
  // Its output is closed by the last that holds it: the server.
  await npm.stop();
  await expect(fetch(`${at}/healthz`)).rejects.toThrow('fetch failed');
}, 60_000);
