import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

/** A token of the account of the demo data, for so many seconds. */
async function tokenFor(seconds: number): Promise<string> {
  return secretToken({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + seconds });
}

/** Runs the function of the README with the tokens given, one after another; prints a line for each message, and for each token asked for. */
const PROGRAM = `
  import { follow } from './follow.js';
  const [service, sessionId, ...tokens] = process.argv.slice(2);
  const token = async () => {
    console.log('a token of', tokens.length);
    return tokens.length > 1 ? tokens.shift() : tokens[0];
  };
  follow(service, sessionId, token, {
    message: ({ type, sequence }) => console.log(type, sequence),
    failed: (error) => console.log('failed', error.message),
  });
`;

describe('the function of the README for an EventSource where tokens are asked for', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    app = await startTestApp({ AUTH_JWT_SECRET: SECRET });
    folder = await mkdtemp(join(tmpdir(), 'matching-tickets-'));
    const [, snippet = ''] = /^```js\n(.*?)^```$/msu.exec(await readFile('examples/README.md', 'utf8')) ?? [];
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'follow.js'), snippet);
    await writeFile(join(folder, 'program.js'), PROGRAM);
  }, 60_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor(60)}` };
    return fetch(`${app.url}/api/streaming${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** A session that waits for where work is. */
  async function start(): Promise<string> {
    const session_id = randomUUID();
    const stream = await post('/matches/interactive', { parent_id: demoParent(1), session_id });
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    return session_id;
  }

  function run(sessionId: string, tokens: readonly string[]): Program {
    const given = ['--experimental-eventsource', join(folder, 'program.js'), app.url, sessionId, ...tokens];
    return new Program('node', given);
  }

  test('reads a session over the expiry of its token, every message once', async () => {
    const sessionId = await start();
    await using program = run(sessionId, [await tokenFor(4), await tokenFor(60)]);
    expect(await program.prints(/user_interaction/u)).not.toBeNull();
    // The first token is over.
    expect(await program.prints(/a token of 1$/mu)).not.toBeNull();
    const answer = { session_id: sessionId, interaction_id: 'interaction_0', response_type: 'location_input' };
    await post('/interactions/respond', { ...answer, response_data: { address: 'Potsdamer Platz 1, Berlin' } });
    expect(await program.prints(/match_results/u)).not.toBeNull();
    const { output } = await program.ended;
    const sequences = [...output.matchAll(/^(?:processing_update|user_interaction|match_results) (\d+)$/gmu)];
    expect(sequences.map(([, sequence]) => Number(sequence))).toEqual(sequences.map((_one, index) => index + 1));
    expect(output).not.toMatch(/error|failed/u);
  }, 30_000);

  test('says why there is nothing to read where no ticket is given', async () => {
    await using program = run(randomUUID(), [await tokenFor(60)]);
    expect(await program.prints(/failed There is no such session/u)).not.toBeNull();
  });
});
