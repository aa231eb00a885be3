import * as fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import type { RateKind } from '../../src/caller.ts';
import { SessionFailure } from '../../src/errors.ts';
import { createExecutor } from '../../src/schema/executor.ts';
import { rateKindsOf } from '../../src/schema/root-fields.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { StubSessionService } from '../support/stub-session-service.ts';
import { testCaller } from '../support/test-caller.ts';

const schema = buildSchema(CONTRACT_TYPES);

function kindsOf(query: string, operationName?: string): readonly RateKind[] {
  const document = parse(query);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new TypeError('there is no such operation');
  return rateKindsOf(schema, document, operation);
}

describe('an operation counts', () => {
  test('as what each field at its root is', () => {
    expect(kindsOf('subscription { matchingSession { __typename } }')).toEqual(['starts']);
    expect(kindsOf('subscription { sessionEvents { __typename } }')).toEqual(['reads']);
    expect(kindsOf('mutation { respondToInteraction { __typename } cancelSession { __typename } }')).toEqual([
      'responses',
      'reads',
    ]);
    expect(kindsOf('{ sessionStatus { sessionId } __schema { description } __typename }')).toEqual([
      'reads',
      'reads',
      'reads',
    ]);
  });

  test('once for every alias, skipped or not, and once for a field that stands there twice', () => {
    const again = Array.from({ length: 20 }, (_, number) => `a${number}: respondToInteraction { __typename }`);
    expect(kindsOf(`mutation { ${again.join(' ')} }`)).toHaveLength(20);
    expect(kindsOf('{ a: sessionStatus { stage } a: sessionStatus { progress } }')).toEqual(['reads']);
    expect(kindsOf('{ a: sessionStatus @skip(if: true) { stage } b: sessionStatus { stage } }')).toHaveLength(2);
  });

  test('what it takes from fragments, and nothing of the other operations of its document', () => {
    const query = `
      query A { ...F ... on Query { b: sessionStatus { stage } ...F } }
      mutation B { respondToInteraction { __typename } }
      fragment F on Query { c: sessionStatus { stage } ...G }
      fragment G on Query { d: sessionStatus { stage } }`;
    expect(kindsOf(query, 'A')).toEqual(['reads', 'reads', 'reads']);
    expect(kindsOf(query, 'B')).toEqual(['responses']);
  });

  test('in no time that doubles, however deep its fragments spread others twice', () => {
    const fragments = Array.from({ length: 200 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
    const last = 'fragment F200 on Query { sessionStatus { stage } }';
    expect(kindsOf(`{ ...F0 } ${fragments.join(' ')} ${last}`)).toEqual(['reads']);
  });

  test.each([
    ['nothing that there is', '{ nothing }'],
    ['something of another root', '{ matchingSession { __typename } }'],
    ['a fragment that there is not', 'subscription { ...F }'],
    ['what is there, and a name of every object', 'mutation { respondToInteraction { __typename } constructor }'],
    ['as much as a document may hold', `{ ${Array.from({ length: 900 }, (_, n) => `field${n}`).join(' ')} }`],
  ])('one read where it asks for %s: it is never carried out', (_what, query) => {
    expect(kindsOf(query)).toEqual(['reads']);
  });

  test('the same, however its fields are spread over fragments', () => {
    const wrap = fc.constantFrom(
      (fields: string) => fields,
      (fields: string) => `... { ${fields} }`,
      (fields: string) => `... on Mutation { ${fields} }`,
    );
    const field = fc.constantFrom('respondToInteraction', 'cancelSession');
    fc.assert(
      fc.property(fc.array(fc.tuple(field, wrap, wrap), { minLength: 1, maxLength: 20 }), (parts) => {
        const fields = parts.map(([name, inner, outer], n) => outer(inner(`a${n}: ${name} { __typename }`)));
        const expected = parts.map(([name]) => (name === 'cancelSession' ? 'reads' : 'responses'));
        expect(kindsOf(`mutation { ${fields.join(' ')} }`)).toEqual(expected);
      }),
    );
  });
});

describe('the executor', () => {
  /** Runs a document for a caller who may make so many calls, of whatever kind. */
  async function run(query: string, most = Number.POSITIVE_INFINITY) {
    const service = new StubSessionService();
    const using = { service, log: new RecordingLog(), clock: new ManualClock(), introspection: true };
    const executor = createExecutor({ schema, ...using });
    const spent: RateKind[] = [];
    const spend = async (kind: RateKind): Promise<void> => {
      if (spent.length >= most) throw new SessionFailure('rate_limited', { retryAfterMs: 7000 });
      spent.push(kind);
    };
    const answer = await executor.run({ query }, testCaller({ spend }));
    return { spent, answer, calls: service.calls };
  }
  const TWO =
    'mutation { a: cancelSession(sessionId: "one") { __typename } b: cancelSession(sessionId: "two") { __typename } }';

  test('spends before it does anything: of a document that asks for one call too many nothing is done', async () => {
    const { calls, answer } = await run(TWO, 1);
    expect(calls).toEqual([]);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 7000 } }] });
    expect(answer).not.toHaveProperty('data');
    expect((await run(TWO, 2)).calls).toHaveLength(2);
  });

  test('refuses a subscription before it takes a stream or starts anything', async () => {
    const query =
      'subscription { matchingSession(input: { parentId: "550e8400-e29b-41d4-a716-446655440001" }) { __typename } }';
    const { calls, answer } = await run(query, 0);
    expect(calls).toEqual([]);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });

  test.each([
    '{',
    '{ nothing }',
    'query A { __typename } query B { __typename }',
    'fragment F on Query { __typename }',
  ])('counts a document that cannot be carried out as a read: %s', async (query) => {
    expect((await run(query)).spent).toEqual(['reads']);
    expect((await run(query, 0)).answer).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });

  describe('told of a document that parses, and is invalid', () => {
    const WRONG = 'subscription { matchingSession { __typename nothing } }';
    /** The rules about directives ask for them; what comes before the call is counted does not. */
    const rules = vi.spyOn(schema, 'getDirectives');

    test('counts it as what it asks for, and then says all that is wrong with it', async () => {
      const { spent, answer } = await run(WRONG);
      expect(spent).toEqual(['starts']);
      expect('errors' in answer && answer.errors).toHaveLength(2);
    });

    test('says nothing of it to a caller beyond the rate, and looks no closer at it', async () => {
      rules.mockClear();
      const { answer } = await run(WRONG, 0);
      expect('errors' in answer && answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['RATE_LIMITED']);
      expect(rules).not.toHaveBeenCalled();
      await run(WRONG, 1);
      expect(rules).toHaveBeenCalled();
    });
  });
});
