import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import * as fc from 'fast-check';
import {
  getIntrospectionQuery,
  getNamedType,
  Kind,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type ValidationRule,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { DocumentCache, type DocumentLimits } from '../../src/schema/document-cache.ts';
import { OperationScale, type OperationSize } from '../../src/schema/document-limits/operation-size.ts';
import { OPERATION_LIMITS } from '../../src/schema/document-limits/operation-limits.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';
import * as operations from '../support/operations.ts';
import { documents } from '../support/any-document.ts';
import { prepareDocument } from './prepare-document.ts';

const schema = buildSchema(CONTRACT_TYPES);
const GRAPHIQL = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});
const FULLEST = print(operations.MatchingSession);

function errorsOf(text: string, limits: Partial<DocumentLimits> = {}): readonly string[] {
  const cache = new DocumentCache(schema, { introspection: true, limits });
  return prepareDocument(cache, text).errors?.map(({ message }) => message) ?? [];
}

function sizeOf(text: string): OperationSize {
  const document = parse(text);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return new OperationScale(schema, document).measure(operation);
}

/** The same document as a client writes it whose components have a fragment each: every selection set is one. */
function inFragments(document: DocumentNode): string {
  const fragments: string[] = [];
  const types = new TypeInfo(schema);
  const spreading = visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave({ selectionSet, ...field }) {
          if (selectionSet === undefined) return undefined;
          const name = `F${fragments.length}`;
          fragments.push(`fragment ${name} on ${String(getNamedType(types.getType()))} ${print(selectionSet)}`);
          const spread = { kind: Kind.FRAGMENT_SPREAD, name: { kind: Kind.NAME, value: name } } as const;
          return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [spread] } };
        },
      },
    }),
  );
  return [print(spreading), ...fragments].join('\n');
}

const many = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
/** Inline fragments, one in the other. */
const nested = (depth: number): string => `${'{ ... '.repeat(depth - 1)}{ __typename }${' }'.repeat(depth - 1)}`;

describe('the fullest sensible documents', () => {
  it.each([
    ...Object.entries(operations).map(([name, document]) => ({ name, text: print(document) })),
    { name: "GraphiQL's introspection", text: GRAPHIQL },
    { name: 'everything, in a fragment each,', text: inFragments(operations.MatchingSession) },
  ])('$name passes', ({ text }) => {
    expect(errorsOf(text)).toEqual([]);
  });

  it.each(['depth', 'aliases', 'directives', 'cost'] as const)('have room for more %s', (name) => {
    const most = Math.max(sizeOf(FULLEST)[name], sizeOf(GRAPHIQL)[name]);
    expect(OPERATION_LIMITS[name]).toBeGreaterThan(1.5 * most);
  });

  it('have room for more tokens', () => {
    for (const text of [FULLEST, GRAPHIQL]) expect(errorsOf(text, { tokens: 500 })).toEqual([]);
  });
});

describe('a document', () => {
  it.each([
    ['depth', nested(30), nested(31), 'Too great a depth: at most 30 is taken, and here it is 31.'],
    [
      'aliases',
      `{ ${many(15, (i) => `a${i}: __typename`)} }`,
      `{ ${many(16, (i) => `a${i}: __typename`)} }`,
      'Too many aliases: at most 15 are taken, and their number here is 16.',
    ],
    [
      'directives',
      `{ ${many(50, () => '__typename @include(if: true)')} }`,
      `{ ${many(51, () => '__typename @include(if: true)')} }`,
      'Too many directives: at most 50 are taken, and their number here is 51.',
    ],
    [
      'tokens',
      many(200, (i) => `query Q${i} { __typename }`),
      `${many(199, (i) => `query Q${i} { __typename }`)} query Q199 { __typename __typename }`,
      'Syntax Error: Document contains more that 1000 tokens. Parsing aborted.',
    ],
  ])('may have as many %s as the limit says, and not one more', (_name, within, beyond, message) => {
    expect(errorsOf(within)).toEqual([]);
    expect(errorsOf(beyond)).toEqual([message]);
  });

  it('may cost as much as the limit says, and not one more', () => {
    const { cost } = sizeOf(FULLEST);
    expect(errorsOf(FULLEST, { cost })).toEqual([]);
    expect(errorsOf(FULLEST, { cost: cost - 1 })).toEqual([
      `Too great a cost: at most ${cost - 1} is taken, and here it is ${cost}.`,
    ]);
  });

  it('costs a field each, ten times over what is in a list', () => {
    const { cost } = sizeOf(
      '{ sessionStatus(sessionId: "x") { ... on SessionStatus { pendingInteractions { options { value label } } } } }',
    );
    expect(cost).toBe(1 + (1 + 10 * (1 + 10 * 2)));
  });

  it('of several operations is held to the limits with each', () => {
    expect(errorsOf(`query A { __typename } query B ${nested(31)}`)).toHaveLength(1);
  });
});

describe('there is no way around', () => {
  const LIMITS = { depth: 5, aliases: 3, directives: 3, cost: 20 };
  const on = (name: string, within: string): string => `fragment ${name} on Query { ${within} }`;

  it.each([
    [
      'depth',
      'fragments',
      `{ ...A } ${on('A', '...B')} ${on('B', '...C')} ${on('C', '...D')} ${on('D', '...E')} ${on('E', '__typename')}`,
    ],
    [
      'depth',
      'a fragment that was measured before',
      `{ ...A ... { ... { ... { ...A } } } } ${on('A', '...B')} ${on('B', '__typename')}`,
    ],
    ['depth', 'introspection', '{ __schema { types { fields { type { ofType { name } } } } } }'],
    ['aliases', 'one fragment over and over', `{ ...A ... { ...A } } ${on('A', 'a: __typename b: __typename')}`],
    [
      'aliases',
      'an alias that is the name of another field',
      '{ __typename: __typename a: __typename b: __typename c: __typename }',
    ],
    [
      'aliases',
      'introspection',
      '{ __schema { a: queryType { name } b: queryType { name } c: queryType { name } d: queryType { name } } }',
    ],
    [
      'directives',
      'one fragment over and over',
      `{ ${many(4, () => '...A @skip(if: false)')} } ${on('A', '__typename')}`,
    ],
    [
      'directives',
      'what stands in a fragment',
      `{ ...A ...A } ${on('A', '__typename @skip(if: false) ... @skip(if: false) { __typename }')}`,
    ],
    ['directives', 'inline fragments', `{ ${many(4, () => '... @skip(if: false) { __typename }')} }`],
    ['directives', 'variables', 'query ($a: Int @x @x, $b: Int @x @x) { __typename }'],
    ['cost', '__typename', `{ ${many(21, () => '__typename')} }`],
    [
      'cost',
      'fragments that double',
      `{ ...A ...A } ${on('A', '...B ...B')} ${on('B', '...C ...C')} ${on('C', '__typename __typename __typename')}`,
    ],
    ['cost', 'introspection', '{ __schema { types { name kind } } }'],
    ['cost', 'lists of one type', '{ __type(name: "X") { fields { name description } } }'],
  ])('the limit of %s by %s', (name, _way, text) => {
    const messages = errorsOf(text, { ...OPERATION_LIMITS, [name]: LIMITS[name as keyof typeof LIMITS] });
    expect(messages).toEqual([
      expect.stringMatching(new RegExp(`^Too (great a|many) ${name}: .* ${LIMITS[name as keyof typeof LIMITS]} `, 'u')),
    ]);
  });

  it('by fragments that double a hundred times', () => {
    const text = `{ ...F0 } ${many(90, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} ${on('F90', '__typename')}`;
    expect(errorsOf(text)).toEqual([
      'Too great a depth: at most 30 is taken, and here it is 92.',
      'Too great a cost: at most 100000 is taken, and here it is above 9007199254740991.',
    ]);
  });

  it('by fragments within themselves, which end too', () => {
    const text = `{ ...A } ${on('A', '...B')} ${on('B', '...A __typename')}`;
    expect(errorsOf(text)).toEqual(['Cannot spread fragment "A" within itself via "B".']);
  });

  it('by so many of these that other rules run out of stack over them', () => {
    const count = 200;
    const next = (i: number): string => `${(i + 1) % count} `;
    const text = `{ sessionStatus(sessionId: "x") { ...A0 } }
      ${many(count, (i) => `fragment A${i} on SessionStatus { pendingInteraction { ...B${i} } ...A${next(i)} ...A${next(i + 1)} }`)}
      ${many(count, (i) => `fragment B${i} on UserInteraction { context { reason } ...B${next(i)} ...B${next(i + 1)} }`)}`;
    const wide = { tokens: 100_000, depth: Infinity, cost: Infinity };
    const messages = errorsOf(text, wide);
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toMatch(/^Cannot spread fragment|^Too many validation errors/u);
  });
});

describe('graphql-armor', () => {
  /** What a rule of graphql-armor counts. */
  function counted(document: DocumentNode, rule: (options: object) => unknown, options: object = {}): number {
    let count = -1;
    const onAccept = [(_context: unknown, { n }: { readonly n: number }) => void (count = n)];
    const checked = rule({ ...options, n: Number.MAX_SAFE_INTEGER, onAccept }) as ValidationRule;
    validate(schema, document, [checked]);
    return count;
  }

  it('counts as many aliases', () => {
    fc.assert(
      fc.property(documents(), (text) => {
        expect(sizeOf(text).aliases).toBe(counted(parse(text), maxAliasesRule, { allowList: [] }));
      }),
    );
  });

  it('counts the same depth where there are no fragments by name', () => {
    fc.assert(
      fc.property(documents(0), (text) => {
        expect(sizeOf(text).depth).toBe(counted(parse(text), maxDepthRule, { ignoreIntrospection: false }));
      }),
    );
  });

  it('never counts a greater depth of fields', () => {
    fc.assert(
      fc.property(documents(), (text) => {
        const options = { ignoreIntrospection: false, flattenFragments: true };
        expect(sizeOf(text).depth).toBeGreaterThanOrEqual(counted(parse(text), maxDepthRule, options));
      }),
    );
  });

  it('never counts more directives', () => {
    fc.assert(
      fc.property(documents(), (text) => {
        expect(sizeOf(text).directives).toBeGreaterThanOrEqual(counted(parse(text), maxDirectivesRule));
      }),
    );
  });
});
