import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RestClient, type RestStream } from '../support/rest-client.ts';
import { createDatabase } from '../support/services/databases.ts';
import { connectPostgres } from '../support/services/postgres-link.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';

/** The document that REST implements, word for word. */
const DOCUMENT = readFileSync(new URL('documented/streaming-api.md', import.meta.url), 'utf8');

/** Its JSON blocks, in their order, as they stand. */
const BLOCKS = [...DOCUMENT.matchAll(/```json\n(.*?)```/gsu)].map(([, text]) => text ?? '');

const NAMES = [
  'start',
  'respond',
  'receipt',
  'status',
  'base',
  'processing_update',
  'user_interaction',
  'address',
  'coordinates',
  'confirmation',
  'choice',
  'match_results',
  'error',
  'keepalive',
  'travel_times',
  'several_locations',
] as const;

function block(name: (typeof NAMES)[number]): string {
  return BLOCKS[NAMES.indexOf(name)] ?? '';
}

type Json = Readonly<Record<string, unknown>>;

function documented(name: (typeof NAMES)[number]): Json {
  return JSON.parse(block(name)) as Json;
}

/** Where something received lacks a key of what is documented, or has another type there. */
function differences(received: unknown, expected: unknown, at = '$'): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(received)) return [`${at} is no list`];
    return expected.flatMap((one, index) => differences(received[index], one, `${at}[${index}]`));
  }
  if (typeof expected !== 'object' || expected === null) {
    return typeof received === typeof expected ? [] : [`${at} is ${typeof received}, not ${typeof expected}`];
  }
  if (typeof received !== 'object' || received === null) return [`${at} is no object`];
  return Object.entries(expected).flatMap(([key, value]) =>
    key in received ? differences((received as Json)[key], value, `${at}.${key}`) : [`${at}.${key} is missing`],
  );
}

/** The answer to a question, with response_data as documented. */
function answerTo(question: Json, responseData: string): string {
  const { session_id, interaction_id, interaction_type: response_type } = question;
  const envelope = JSON.stringify({ session_id, interaction_id, response_type });
  return `${envelope.slice(0, -1)},"response_data":${responseData}}`;
}

let app: TestApp;
let rest: RestClient;
beforeAll(async () => {
  app = await startTestApp();
  rest = new RestClient(app.url);
});
afterAll(async () => app[Symbol.asyncDispose]());

async function startFor(parent: number, sessionId: string = randomUUID()): Promise<RestStream> {
  return rest.start(JSON.stringify({ parent_id: demoParent(parent), session_id: sessionId }));
}

test('every JSON block of the document has a name here', () => {
  expect(BLOCKS).toHaveLength(NAMES.length);
});

describe('a request of the document, sent as it stands', () => {
  test('starts a session', async () => {
    const stream = await rest.start(block('start'));
    expect(await stream.until('processing_update')).toMatchObject({ session_id: documented('start')['session_id'] });
    stream.cut();
  });

  test('answers the question, and gets the documented receipt; the status before it is the documented one', async () => {
    const { session_id, interaction_id } = documented('respond');
    const stream = await startFor(1, String(session_id));
    expect(await stream.until('user_interaction')).toMatchObject({ session_id, interaction_id });
    expect((await rest.status(String(session_id))).body).toMatchObject(documented('status'));
    expect(await rest.respond(block('respond'))).toMatchObject({ status: 200 });
    expect((await rest.respond(block('respond'))).body).toEqual({ ...documented('receipt'), status: 'duplicate' });
    expect(await stream.until('match_results')).toMatchObject({ success: true });
  });

  test.each([
    ['address', 1],
    ['coordinates', 1],
    ['confirmation', 5],
    ['choice', 4],
  ] as const)('gives the response data of the block %s', async (name, parent) => {
    const stream = await startFor(parent);
    const question = await stream.until('user_interaction');
    const { body } = await rest.respond(answerTo(question, block(name)));
    expect(body).toEqual({ ...documented('receipt'), interaction_id: question['interaction_id'] });
    expect(await stream.until('match_results')).toMatchObject({ success: true });
  });
});

describe('a message of the document', () => {
  test('is received with the same keys and types', async () => {
    const stream = await startFor(1);
    const question = await stream.until('user_interaction');
    await rest.respond(answerTo(question, block('address')));
    const results = await stream.until('match_results');
    const update = stream.frames.find(({ message }) => message['stage'] === 'loading_preferences')?.message;
    expect(differences(update, documented('processing_update'))).toEqual([]);
    expect(differences(question, documented('user_interaction'))).toEqual([]);
    expect(differences(results, documented('match_results'))).toEqual([]);
    for (const { message } of stream.frames) expect(differences(message, documented('base'))).toEqual([]);
  });

  test('says the question, the pipeline and the stages in the very words of the document', async () => {
    const stream = await startFor(1);
    const question = await stream.until('user_interaction');
    await rest.respond(answerTo(question, block('address')));
    const results = await stream.until('match_results');
    const { interaction_type, question: words, field_name } = documented('user_interaction');
    expect(question).toMatchObject({ interaction_type, question: words, field_name });
    expect(results).toHaveProperty(
      'offers.0.preference_matches.complex_preferences.location_distance.processing_metadata.pipeline_name',
      'location_resolver->distance_calculator->location_scorer',
    );
    const stages = stream.frames.map(({ message }) => message['stage']).filter((stage) => stage !== undefined);
    const named = DOCUMENT.match(/(?<=^- `)(?!processing_error)(loading|finding|processing|generating)_\w+(?=` - )/gmu);
    expect([...new Set(stages)]).toEqual([...(named ?? [])]);
  });

  test('is an error with the same keys and types', async () => {
    await using hasty = await startTestApp({ INTERACTION_TIMEOUT_MS: '1000' });
    const stream = await new RestClient(hasty.url).start(JSON.stringify({ parent_id: demoParent(1) }));
    const error = await stream.until('error');
    expect(differences(error, documented('error'))).toEqual([]);
    expect(error).toMatchObject({ error_code: 'user_interaction_timeout', fatal: true });
  });

  test('is the documented keepalive, and nothing else', async () => {
    await using restless = await startTestApp({ KEEPALIVE_MS: '1000' });
    const sessionId = String(documented('keepalive')['session_id']);
    const client = new RestClient(restless.url);
    const stream = await client.start(JSON.stringify({ parent_id: demoParent(1), session_id: sessionId }));
    expect(await stream.until('keepalive')).toEqual(documented('keepalive'));
    expect(stream.frames.at(-1)?.id).toBe(0);
    stream.cut();
  });
});

describe('a preference of the document', () => {
  test.each(['travel_times', 'several_locations'] as const)('as it stands in %s is matched', async (name) => {
    await using database = await createDatabase({ url: inject('postgresUrl') });
    await using one = await startTestApp({ DATABASE_URL: database.url, DEMO_DATA: 'true' });
    await using link = await connectPostgres(database.url);
    await link.ask(
      `UPDATE preferences SET payload = '${block(name)}' WHERE parent_id = '${demoParent(1)}' AND type = 'location_distance'`,
    );
    const client = new RestClient(one.url);
    const stream = await client.start(JSON.stringify({ parent_id: demoParent(1), limit: 1 }));
    const question = await stream.until('user_interaction');
    expect(question).toMatchObject({ question: 'Where is your work located?', field_name: 'work_location' });
    await client.respond(answerTo(question, '{"address":"Potsdamer Platz 1, Berlin"}'));
    const locations = documented(name)['locations'] as readonly { name: string }[];
    const legs = locations.map((location) => expect.objectContaining({ location: location.name }));
    expect(await stream.until('match_results')).toMatchObject({
      offers: [{ preference_matches: { complex_preferences: { location_distance: { legs } } } }],
    });
  });
});
