import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A program as a person starts it: what it prints, and how it ends. */
class Program {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  output = '';

  constructor(command: string, given: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(command, given, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code) => resolve({ code, output: this.output }));
    });
  }

  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (this.process.exitCode !== null) throw new Error(`it ended without ${pattern}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<Ended> {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}

const start = (env: Readonly<Record<string, string>>): Program => new Program('node', ['src/main.ts'], env);

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
    tried.process.kill();
    await tried.ended;
  });

  test('with the folder of a process that runs is refused, and names that process', async () => {
    const { code, output } = await start({ DATA_DIR: folder, PORT: '0' }).ended;
    expect(code).toBe(1);
    expect(output).toContain(String(server.process.pid));
    expect(output).toContain(folder);
    expect(output).toContain('DATABASE_URL');
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

  test('with a setting that is not built yet is refused rather than going on without it', async () => {
    const { code, output } = await start({ DATA_DIR: 'memory', MAPBOX_ACCESS_TOKEN: 'pk.test' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/GEOCODER: mapbox is not there/);
    expect(output).not.toContain('pk.test');
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
  test('has a command to try that brings offers, as pasted', async () => {
    const readme = await readFile('README.md', 'utf8');
    const command = /^curl .*$/m.exec(readme)?.[0].replace('http://127.0.0.1:8001', url) ?? '';
    const { code, output } = await new Program('sh', ['-c', command]).ended;
    expect(code).toBe(0);
    expect(output).toMatch(/"offers":\[\{"centerName":"[^"]+","score":0\.\d+\}/);
  });

  test('has an example that asks at the terminal and goes on with the answer', async () => {
    const parent = '550e8400-e29b-41d4-a716-446655440001';
    const example = new Program('node', ['examples/graphql-client.ts', parent, url]);
    await example.prints(/Where is your work located\?/);
    example.process.stdin?.end('Potsdamer Platz 1, Berlin\n');
    const { code, output } = await example.ended;
    expect(output).toMatch(/RECEIVED/);
    expect(output).toMatch(/100 %/);
    expect(output).toMatch(/home: .*; work: /);
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
});

test('a server that npm started stops when npm is ended, which passes no signal on', async () => {
  const npm = new Program('npm', ['start'], { DATA_DIR: 'memory', PORT: '0' });
  const [, at = ''] = await npm.prints(/GraphQL\s+(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
  npm.process.kill('SIGTERM');
  // Its output is closed by the last that holds it: the server.
  await npm.ended;
  await expect(fetch(`${at}/healthz`)).rejects.toThrow('fetch failed');
});
