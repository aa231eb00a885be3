import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestStub } from '../support/rest-stub.ts';
import { PARENT, question, results, update } from './messages.ts';
import { run } from './program.ts';
import { StubSession } from './stub-session.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matching-client-'));
  const { code, out, err } = await run('node', ['scripts/build-client.ts', folder]);
  if (code !== 0) throw new Error(`the build failed: ${out}${err}`);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** The compiler over one file, as strict as it gets, the declarations of the client included. */
async function compile(source: string): Promise<{ code: number | null; out: string }> {
  await writeFile(join(folder, 'consumer.ts'), source);
  const options = { strict: true, exactOptionalPropertyTypes: true, noImplicitOverride: true, noEmit: true };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options, module: 'nodenext', lib: ['esnext', 'dom'], types: [], skipLibCheck: false },
      files: ['consumer.ts'],
    }),
  );
  return run('node', [resolve('node_modules/typescript/bin/tsc'), '-p', folder]);
}

const CONSUMER = `
import { MatchingStreamClient, MatchingError } from './nodejs-streaming-client.js';
import type { MatchResultsMessage, ResponseData, UserInteractionMessage } from './nodejs-streaming-client.js';

class CustomMatchingClient extends MatchingStreamClient {
  override async handleLocationInput(message: UserInteractionMessage): Promise<ResponseData> {
    if (message.field_name === 'work_location') return { address: 'Potsdamer Platz 1', source: 'user_address' };
    return super.handleLocationInput(message);
  }
  override async handleMatchResults(message: MatchResultsMessage): Promise<void> {
    const first: string | undefined = message.offers[0]?.center_name;
    console.log(first);
    await super.handleMatchResults(message);
  }
}
const limit: number | undefined = undefined;
const client = new CustomMatchingClient('http://localhost:8001', { fetch, headers: {} });
try {
  const { offers } = await client.startMatching('id', { limit, maxDistanceKm: 15.0, includeExplanations: true });
  const score: number = offers[0]?.score ?? 0;
  console.log(score);
} catch (error) {
  if (error instanceof MatchingError && error.code === 'SESSION_TIMEOUT') console.log(error.details?.issues);
}
`;

describe('the built client', () => {
  test('is one file that imports nothing, but for readline when it asks at a terminal', async () => {
    const text = await readFile(join(folder, 'nodejs-streaming-client.js'), 'utf8');
    const { module } = parseSync('nodejs-streaming-client.js', text);
    expect(module.staticImports).toEqual([]);
    expect(module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1))).toEqual([
      'node:readline',
    ]);
    const { entries } = module.staticExports[0] ?? { entries: [] };
    expect(entries.map(({ exportName }) => exportName.name)).toEqual(['MatchingError', 'MatchingStreamClient']);
  });

  test('has types that a strict consumer compiles against, with nothing of Node about', async () => {
    expect(await compile(CONSUMER)).toMatchObject({ code: 0, out: '' });
  });

  test('has types that are not any', async () => {
    const wrong = CONSUMER.replace('maxDistanceKm: 15.0', "maxDistanceKm: '15'").replace(
      "'SESSION_TIMEOUT'",
      "'OTHER'",
    );
    const { code, out } = await compile(wrong);
    expect(code).not.toBe(0);
    expect(out.match(/error TS/gu)).toHaveLength(2);
  });

  test('runs in plain Node as the documentation shows it', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), question(2, 0), results(4)]);
    await writeFile(
      join(folder, 'consumer.js'),
      `import { MatchingStreamClient } from './nodejs-streaming-client.js';
       class CustomMatchingClient extends MatchingStreamClient {
         async handleLocationInput(message) { return { address: message.field_name }; }
       }
       const client = new CustomMatchingClient('${stub.url}');
       await client.startMatching('${PARENT}', { limit: 5, maxDistanceKm: 15.0, includeExplanations: true });`,
    );
    const { code, out, err } = await run('node', [join(folder, 'consumer.js')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Green Garden Daycare');
    expect(stub.answers[0]?.body['response_data']).toEqual({ address: 'work_location' });
  });
});
