import { describe, expect, it } from 'vitest';
import { DocumentCache } from '../../src/schema/document-cache.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { prepareDocument } from './prepare-document.ts';

const schema = buildSchema([]);
const query = (name: string): string => `query ${name} { __typename }`;

describe('DocumentCache', () => {
  it('parses and validates a text once', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    const first = prepareDocument(cache, query('A'));
    expect(first.document).toBeDefined();
    expect(prepareDocument(cache, query('A'))).toBe(first);
  });

  it('reads a text without saying whether it is valid, and keeps nothing of it before that is known', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    const { document } = cache.read('{ nothing }');
    if (document === undefined) throw new TypeError('not read');
    expect(cache.check('{ nothing }', document).errors).toHaveLength(1);
    expect(cache.read(query('A')).document).toBeDefined();
    expect(cache.size).toBe(0);
  });

  it.each([
    ['does not parse', '{'],
    ['is beyond a limit', '{ a: __typename b: __typename }'],
    ['spreads a fragment within itself', '{ ...F } fragment F on Query { ...F }'],
  ])('reads no document that %s', (_what, text) => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { aliases: 1 } });
    expect(cache.read(text).errors).toHaveLength(1);
  });

  it('keeps a text once that was read twice before it was checked, and checks it once', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { allCharacters: query('A').length * 2 } });
    const [one, other] = [cache.read(query('A')).document, cache.read(query('A')).document];
    if (one === undefined || other === undefined) throw new TypeError('not read');
    const checked = cache.check(query('A'), one);
    expect(cache.check(query('A'), other)).toBe(checked);
    prepareDocument(cache, query('B'));
    expect([cache.has(query('A')), cache.has(query('B'))]).toEqual([true, true]);
  });

  it('keeps as many documents as it may, those used last', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { documents: 2 } });
    prepareDocument(cache, query('A'));
    prepareDocument(cache, query('B'));
    prepareDocument(cache, query('A'));
    prepareDocument(cache, query('C'));
    expect([query('A'), query('B'), query('C')].map((text) => cache.has(text))).toEqual([true, false, true]);
    expect(cache.size).toBe(2);
  });

  it('keeps no more characters than it may', () => {
    const limits = { allCharacters: query('A').length * 2 };
    const cache = new DocumentCache(schema, { introspection: true, limits });
    for (const name of ['A', 'B', 'C', 'D']) prepareDocument(cache, query(name));
    expect(cache.size).toBe(2);
    expect(cache.has(query('D'))).toBe(true);
  });

  it('does not keep a long document, but answers it', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { characters: 30 } });
    expect(prepareDocument(cache, query('A'.repeat(30))).document).toBeDefined();
    expect(cache.size).toBe(0);
  });

  it('does not keep a wrong document: it would take the place of a good one', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    expect(prepareDocument(cache, '{ nothing }').errors).toHaveLength(1);
    expect(prepareDocument(cache, '{').errors).toHaveLength(1);
    expect(cache.size).toBe(0);
  });

  it('takes nothing from wrong documents however many come, nor from those as long as a body and longer', () => {
    const cache = new DocumentCache(schema, { introspection: true });
    prepareDocument(cache, query('Good'));
    for (let index = 0; index < 1500; index += 1) prepareDocument(cache, `{ nothing${index} }`);
    const long = 'x'.repeat(1_000_000);
    expect(prepareDocument(cache, `{ ${long} }`).errors).toHaveLength(1);
    expect(prepareDocument(cache, `{ __typename } # ${long}`).document).toBeDefined();
    expect(prepareDocument(cache, '['.repeat(1_000_000)).errors).toHaveLength(1);
    expect(prepareDocument(cache, '{a'.repeat(500_000)).errors).toHaveLength(1);
    expect([cache.size, cache.has(query('Good'))]).toEqual([1, true]);
  });

  it('refuses a document of too many tokens without validating it', () => {
    const cache = new DocumentCache(schema, { introspection: true, limits: { tokens: 5 } });
    expect(prepareDocument(cache, '{ __typename __typename __typename }').document).toBeDefined();
    const { errors } = prepareDocument(cache, '{ __typename __typename __typename __typename }');
    expect(errors?.[0]?.message).toMatch(/tokens/u);
  });

  it('refuses introspection where it is off, and still answers __typename', () => {
    const cache = new DocumentCache(schema, { introspection: false });
    expect(prepareDocument(cache, '{ __schema { queryType { name } } }').errors?.[0]?.message).toMatch(
      /introspection/iu,
    );
    expect(prepareDocument(cache, '{ __typename }').document).toBeDefined();
  });
});
