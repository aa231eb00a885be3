import { describe, expect, it } from 'vitest';
import { DocumentCache } from '../../src/schema/document-cache.ts';
import { buildSchema } from '../../src/schema/schema.ts';

const schema = buildSchema([]);
const query = (name: string): string => `query ${name} { __typename }`;

describe('DocumentCache', () => {
  it('parses and validates a text once', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    const first = cache.prepare(query('A'));
    expect(first.document).toBeDefined();
    expect(cache.prepare(query('A'))).toBe(first);
  });

  it('keeps as many documents as it may, those used last', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { documents: 2 } });
    cache.prepare(query('A'));
    cache.prepare(query('B'));
    cache.prepare(query('A'));
    cache.prepare(query('C'));
    expect([query('A'), query('B'), query('C')].map((text) => cache.has(text))).toEqual([true, false, true]);
    expect(cache.size).toBe(2);
  });

  it('keeps no more characters than it may', () => {
    const limits = { allCharacters: query('A').length * 2 };
    const cache = new DocumentCache(schema, { introspection: true, limits });
    for (const name of ['A', 'B', 'C', 'D']) cache.prepare(query(name));
    expect(cache.size).toBe(2);
    expect(cache.has(query('D'))).toBe(true);
  });

  it('does not keep a long document, but answers it', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { characters: 30 } });
    expect(cache.prepare(query('A'.repeat(30))).document).toBeDefined();
    expect(cache.size).toBe(0);
  });

  it('does not keep a wrong document: it would take the place of a good one', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    expect(cache.prepare('{ nothing }').errors).toHaveLength(1);
    expect(cache.prepare('{').errors).toHaveLength(1);
    expect(cache.size).toBe(0);
  });

  it('takes nothing from wrong documents however many come, nor from those as long as a body and longer', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    cache.prepare(query('Good'));
    for (let index = 0; index < 1500; index += 1) cache.prepare(`{ nothing${index} }`);
    const long = 'x'.repeat(1_000_000);
    expect(cache.prepare(`{ ${long} }`).errors).toHaveLength(1);
    expect(cache.prepare(`{ __typename } # ${long}`).document).toBeDefined();
    expect(cache.prepare('['.repeat(1_000_000)).errors).toHaveLength(1);
    expect(cache.prepare('{a'.repeat(500_000)).errors).toHaveLength(1);
    expect([cache.size, cache.has(query('Good'))]).toEqual([1, true]);
  });

  it('refuses a document of too many tokens without validating it', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { tokens: 5 } });
    expect(cache.prepare('{ __typename __typename __typename }').document).toBeDefined();
    const { errors } = cache.prepare('{ __typename __typename __typename __typename }');
    expect(errors?.[0]?.message).toMatch(/tokens/u);
  });

  it('refuses introspection where it is off, and still answers __typename', () => {
    const cache = new DocumentCache(schema, { introspection: false });
    expect(cache.prepare('{ __schema { queryType { name } } }').errors?.[0]?.message).toMatch(/introspection/iu);
    expect(cache.prepare('{ __typename }').document).toBeDefined();
  });
});
