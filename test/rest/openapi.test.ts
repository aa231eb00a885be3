import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/rest/operations.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import type { Json } from './open-stream.ts';
import { fits } from './schemas-support.ts';

type Document = Json & { readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>> };

async function load(): Promise<Document> {
  await using server = await startHttpTestServer();
  const answer = await fetch(`${server.url}/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return (await answer.json()) as Document;
}

/** Every value under a key, at any depth. */
function everyAt(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    ...(name === key ? [part] : []),
    ...everyAt(key, part as unknown),
  ]);
}

function resolve(document: Json, ref: unknown): unknown {
  const path = String(ref).replace('#/', '').split('/');
  return path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], document);
}

interface Media {
  readonly schema: { readonly $ref: string };
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}

describe('the OpenAPI document', () => {
  test('is of version 3.1 and has an operation for each route, under its own id', async () => {
    const document = await load();
    expect(document['openapi']).toMatch(/^3\.1\./u);
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids)).toEqual(new Set(Object.keys(OPERATIONS)));
    const paths = Object.values(OPERATIONS).map(({ url }) => url.replace(':session_id', '{session_id}'));
    expect(new Set(Object.keys(document.paths))).toEqual(new Set(paths));
  });

  test('says where its paths begin and who may use it, which code generators ask for', async () => {
    const document = await load();
    expect(document).toMatchObject({ servers: [{ url: '/' }], info: { license: { identifier: 'MIT' } } });
  });

  test('refers to nothing that it does not have', async () => {
    const document = await load();
    const refs = new Set(everyAt('$ref', document));
    expect(refs.size).toBeGreaterThan(30);
    expect([...refs].filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  });

  test('has examples that fit their schemas: bodies, answers, each type of message, each failure', async () => {
    const document = await load();
    const media = everyAt('content', document.paths).flatMap((content) =>
      Object.values(content as Record<string, Media>),
    );
    const examples = media.flatMap(({ schema, examples: given }) =>
      Object.entries(given).map(([name, { value }]) => ({
        name,
        component: schema.$ref.split('/').at(-1) ?? '',
        value,
      })),
    );
    expect(examples.length).toBeGreaterThan(40);
    expect(examples.filter(({ component, value }) => !fits(component, value)).map(({ name }) => name)).toEqual([]);
  });

  test.each(Object.entries(OPERATIONS))(
    'describes what %s answers, refuses and says in headers',
    async (id, operation) => {
      const { paths } = await load();
      const item = paths[operation.url.replace(':session_id', '{session_id}')] ?? {};
      const described = item[operation.method.toLowerCase()] as {
        readonly operationId: string;
        readonly description: string;
        readonly responses: Readonly<Record<string, { readonly description: string; readonly headers?: Json }>>;
      };
      expect(described.operationId).toBe(id);
      expect(described.description.length).toBeGreaterThan(20);
      const statuses = Object.keys(described.responses);
      expect(statuses).toEqual(expect.arrayContaining(['200', '401', '403', '404', '405', '429', '500', '503']));
      expect(statuses.includes('413')).toBe(operation.method !== 'GET');
      expect(statuses.includes('415')).toBe(operation.method === 'POST');
      expect(described.responses['405']?.headers).toHaveProperty('Allow');
      expect(described.responses['429']?.headers).toHaveProperty('Retry-After');
      expect(described.responses['503']?.headers).toHaveProperty('Retry-After');
      expect(described.responses['401']?.headers).toHaveProperty('WWW-Authenticate');
    },
  );

  test('says of streams that each data line holds a message, and takes Last-Event-ID', async () => {
    const document = await load();
    const follow = OPERATIONS.followSession.url.replace(':session_id', '{session_id}');
    for (const item of [document.paths[OPERATIONS.startMatching.url]?.['post'], document.paths[follow]?.['get']]) {
      const text = JSON.stringify(item);
      expect(text).toContain('"text/event-stream":{"schema":{"$ref":"#/components/schemas/StreamMessage"}');
      expect(text).toContain('Each `data:` line holds one StreamMessage');
      expect(text).toContain('#/components/parameters/LastEventId');
    }
  });
});

describe('the page of the documentation', () => {
  test('is shown, and may load nothing from elsewhere', async () => {
    await using server = await startHttpTestServer();
    for (const path of ['/docs', '/docs/']) {
      const answer = await fetch(server.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
      const page = await answer.text();
      expect(page).toContain('Childcare matching');
      expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//u);
      for (const [, file = ''] of page.matchAll(/(?:src|href)="([^"]+)"/gu)) {
        expect((await fetch(new URL(file, server.url + path))).status).toBe(200);
      }
    }
    expect((await fetch(`${server.url}/docs/json`)).status).toBe(200);
  });

  test('is of this document alone: it has no bar to look at others', async () => {
    await using server = await startHttpTestServer();
    const script = await (await fetch(`${server.url}/docs/static/swagger-initializer.js`)).text();
    expect(script).toContain('"layout":"BaseLayout"');
  });
});
