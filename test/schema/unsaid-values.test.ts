import { describe, expect, it } from 'vitest';
import { createExecutor } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { StubSessionService } from '../support/stub-session-service.ts';
import { testCaller } from '../support/test-caller.ts';

const schema = buildSchema([]);

/** What is said of a document that is refused. */
async function messagesOf(query: string, introspection = true): Promise<string[]> {
  const log = new RecordingLog();
  const service = new StubSessionService();
  const executor = createExecutor({ schema, service, log, clock: new ManualClock(0), introspection });
  const answer = await executor.run({ query, variables: {} }, testCaller());
  expect([service.calls, log.lines]).toEqual([[], []]);
  if ('next' in answer) throw new TypeError('a stream came');
  return (answer.errors ?? []).map(({ message }) => message);
}

const respond = (response: string): string =>
  `mutation { respondToInteraction(input: { sessionId: "s", interactionId: "i", response: ${response} }) { __typename } }`;

describe('an error about a document', () => {
  it.each([
    [
      'a text for a number',
      respond('{ location: { coordinates: { latitude: "Unter den Linden 1", longitude: 1 } } }'),
      'Float cannot represent non numeric value: …',
    ],
    [
      'a text for an object',
      respond('{ location: "Unter den Linden 1" }'),
      'Expected value of type "LocationResponse", found ….',
    ],
    [
      'a text on several lines',
      respond('{ location: """\n  Unter den Linden 1\n  Berlin\n""" }'),
      'Expected value of type "LocationResponse", found ….',
    ],
    [
      'an object for a text',
      respond('{ location: { address: { street: "Unter den Linden 1" } } }'),
      'String cannot represent a non string value: …',
    ],
    [
      'a list for a text',
      respond('{ location: { address: ["Unter den Linden 1"] } }'),
      'String cannot represent a non string value: …',
    ],
    [
      'a number for a text',
      respond('{ location: { address: 52.516275 } }'),
      'String cannot represent a non string value: …',
    ],
    [
      'a name for a text',
      respond('{ location: { address: Linden } }'),
      'String cannot represent a non string value: …',
    ],
    [
      'an enum that is none',
      'subscription { matchingSession(input: { parentId: "p", locale: Linden }) { __typename } }',
      'Value "…" does not exist in "Locale" enum.',
    ],
    [
      'a text that is no argument',
      '{ sessionStatus("Unter den Linden 1") { __typename } }',
      'Syntax Error: Expected Name, found String.',
    ],
    [
      'a text with quotes in it',
      '{ sessionStatus("a \\" Linden \\" String \\"x") { __typename } }',
      'Syntax Error: Expected Name, found String.',
    ],
    [
      'a text without quotes',
      '{ sessionStatus(sessionId: Unter den Linden 1) { __typename } }',
      'Syntax Error: Expected ":", found Name.',
    ],
    [
      'a number at a wrong place',
      '{ sessionStatus(52.516275) { __typename } }',
      'Syntax Error: Expected Name, found Float.',
    ],
    [
      'a text of several lines at a wrong place',
      '{ """Linden\nBerlin""" }',
      'Syntax Error: Expected Name, found BlockString.',
    ],
  ])('says nothing of a value in it: %s', async (_name, query, message) => {
    expect(await messagesOf(query)).toContainEqual(message);
    expect((await messagesOf(query)).join('\n')).not.toMatch(/Linden|Berlin|52\.5/u);
  });

  it('found while it is carried out says nothing of a value either', async () => {
    const query = respond('{ location: { address: "Unter den Linden 1" }, choice: $c }').replace(
      'mutation',
      'mutation ($c: ChoiceResponse!)',
    );
    expect((await messagesOf(query)).join('\n')).not.toContain('Linden');
  });

  it('still says which names are wrong', async () => {
    expect(await messagesOf('{ sessionStatus(sessionId: "s") { nothing } }')).toEqual([
      'Cannot query field "nothing" on type "SessionStatusResult".',
    ]);
    expect(await messagesOf('{ a: x }')).toEqual(['Cannot query field "x" on type "Query".']);
  });
});

describe('where introspection is off', () => {
  it.each([
    ['a field', '{ sessionStatu(sessionId: "s") { __typename } }'],
    ['a field of a union', '{ sessionStatus(sessionId: "s") { completed } }'],
    ['an argument', '{ sessionStatus(sessionI: "s") { __typename } }'],
    ['an argument of a directive', '{ __typename @skip(iff: true) }'],
    ['a directive', '{ __typename @skipp(if: true) }'],
    ['a type', '{ sessionStatus(sessionId: "s") { ... on SessionStatu { completed } } }'],
    ['a type of a variable', 'query ($i: MatchingSessionInpu) { __typename }'],
    ['an input field', 'subscription { matchingSession(input: { parentI: "p" }) { __typename } }'],
    ['an enum value', 'subscription { matchingSession(input: { parentId: "p", locale: E }) { __typename } }'],
    [
      'a text for an enum value',
      'subscription { matchingSession(input: { parentId: "p", locale: "EN" }) { __typename } }',
    ],
    ['a fragment', '{ ...Statu } fragment Status on Query { __typename }'],
  ])('no name is suggested for %s', async (_name, query) => {
    expect((await messagesOf(query, false)).join('\n')).not.toMatch(/did you mean/iu);
  });

  it.each([
    '{ __schema { queryType { name } } }',
    '{ __type(name: "SessionStatus") { name } }',
    '{ a: __type(name: "SessionStatus") { fields { name } } }',
    '{ ... { ...F } } fragment F on Query { __schema { types { name } } }',
    '{ __schema { nothing } }',
  ])('the schema is not to be asked for, and no hint is given: %s', async (query) => {
    const messages = await messagesOf(query, false);
    expect(messages).toContainEqual(expect.stringMatching(/^GraphQL introspection has been disabled/u));
    expect(messages.join('\n')).not.toMatch(/did you mean/iu);
  });

  it('names are suggested where it is on', async () => {
    expect((await messagesOf('{ sessionStatu(sessionId: "s") { __typename } }')).join('\n')).toMatch(/Did you mean/u);
  });
});
