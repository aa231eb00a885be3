import { describe, expect, it } from 'vitest';
import type { MatchResults, SessionStatus } from '../../src/protocol.ts';
import { errorMessage, keepaliveMessage, messageOf, receiptMessage, statusMessage } from '../../src/rest/message.ts';
import { sampleError, sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { COMPONENTS, fits } from './schemas-support.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Path = readonly (string | number)[];

/** The paths of all objects in a value, its own first. */
function objectsIn(value: Json, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inside = parts.flatMap(([key, part]) => objectsIn(part, [...at, key]));
  return Array.isArray(value) ? inside : [at, ...inside];
}

/** A copy of a value in which the object at a path was changed. */
function changedAt(value: Json, path: Path, change: (object: { [name: string]: Json }) => void): Json {
  const copy = structuredClone(value);
  let target: unknown = copy;
  for (const key of path) target = (target as Record<string | number, unknown>)[key];
  change(target as { [name: string]: Json });
  return copy;
}

function objectAt(value: Json, path: Path): string[] {
  let names: string[] = [];
  changedAt(value, path, (object) => (names = Object.keys(object)));
  return names;
}

function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Results in which one wish of each kind is there twice. */
function resultsWithSecondWishes(): MatchResults {
  const results = sampleResults();
  const offers = results.offers.map((offer) => {
    const { simplePreferences, complexPreferences } = offer.preferenceMatches;
    return {
      ...offer,
      preferenceMatches: {
        simplePreferences: [...simplePreferences, ...simplePreferences],
        complexPreferences: [...complexPreferences, ...complexPreferences],
      },
    };
  });
  return { ...results, offers };
}

const MESSAGES: Readonly<Record<string, Json>> = {
  'a processing update': jsonOf(messageOf(sampleUpdate())),
  'an update that closes a question': jsonOf(messageOf({ ...sampleUpdate(), answeredInteractionId: 'interaction_0' })),
  'a choice': jsonOf(messageOf(sampleQuestion())),
  'a question without options': jsonOf(
    messageOf({ ...sampleQuestion(), interactionType: 'location_input', options: null }),
  ),
  'match results': jsonOf(messageOf(sampleResults())),
  'match results with two wishes of a type': jsonOf(messageOf(resultsWithSecondWishes())),
  'an error': jsonOf(messageOf(sampleError())),
  'an error without a session': jsonOf(errorMessage({ ...sampleError(0), sessionId: null })),
  'a keepalive': jsonOf(keepaliveMessage('session-of-a-test')),
};

/** What a message may lack, by the name of the field or, for the matches of an offer, of their map. */
const MAY_BE_LEFT_OUT = [
  /\.answered_interaction_id$/,
  /\.options$/,
  /\.explanation$/,
  /\.center$/,
  /_preferences\.\w+(\.details)?$/,
];

describe('the schema of a stream message', () => {
  it.each(Object.entries(MESSAGES))('is fulfilled by %s', (_, message) => {
    expect(fits('StreamMessage', message)).toBe(true);
  });

  it.each(Object.entries(MESSAGES))('refuses %s with a field that no object of it has', (_, message) => {
    const accepted = objectsIn(message).filter((path) =>
      fits(
        'StreamMessage',
        changedAt(message, path, (object) => (object['surprise'] = null)),
      ),
    );
    expect(accepted).toEqual([]);
  });

  it.each(Object.entries(MESSAGES))('refuses %s without any field that it always has', (_, message) => {
    const fields = objectsIn(message).flatMap((path) => objectAt(message, path).map((name) => ({ path, name })));
    const left = fields.filter(({ path, name }) =>
      fits(
        'StreamMessage',
        changedAt(message, path, (object) => delete object[name]),
      ),
    );
    const unexpected = left
      .map(({ path, name }) => ['', ...path, name].join('.'))
      .filter((field) => !MAY_BE_LEFT_OUT.some((pattern) => pattern.test(field)));
    expect(unexpected).toEqual([]);
  });

  it('knows a match by its type, and takes any number of one type but the first without a number', () => {
    const message = jsonOf(messageOf(sampleResults()));
    const at = ['offers', 0, 'preference_matches', 'simple_preferences'];
    const named = (name: string) => changedAt(message, at, (map) => (map[name] = { satisfied: true, score: 1 }));
    const names = ['pedagogy', 'pedagogy_2', 'pedagogy_10', 'pedagogy_0', 'pedagogy_1', 'pedagogy_02', 'care_hours'];
    expect(names.filter((name) => fits('StreamMessage', named(name)))).toEqual([
      'pedagogy',
      'pedagogy_2',
      'pedagogy_10',
    ]);
  });

  it('tells messages apart by their type', () => {
    expect(COMPONENTS['StreamMessage']?.oneOf).toHaveLength(5);
    expect(COMPONENTS['StreamMessage']?.['discriminator']).toEqual({
      propertyName: 'type',
      mapping: {
        processing_update: '#/components/schemas/ProcessingUpdate',
        user_interaction: '#/components/schemas/UserInteraction',
        match_results: '#/components/schemas/MatchResults',
        error: '#/components/schemas/Error',
        keepalive: '#/components/schemas/Keepalive',
      },
    });
  });
});

describe('the schemas of other answers', () => {
  const running: SessionStatus = {
    sessionId: 'session-of-a-test',
    completed: false,
    interactionsCount: 1,
    hasResults: false,
    stage: 'processing_complex_preferences',
    progress: 0.5,
    pendingInteractions: [sampleQuestion()],
    lastSequence: 2,
    startedAt: 1_700_000_000_000,
    expiresAt: null,
  };

  it.each<[string, SessionStatus]>([
    ['of a session that waits for an answer', running],
    ['before the first event', { ...running, stage: null, progress: null, pendingInteractions: [], lastSequence: 0 }],
    ['of an ended session', { ...running, completed: true, hasResults: true, expiresAt: 1_700_000_300_000 }],
  ])('are fulfilled by the status %s, and by no other fields', (_, status) => {
    const message = statusMessage(status);
    expect(fits('SessionStatus', message)).toBe(true);
    expect(fits('SessionStatus', { ...message, surprise: null })).toBe(false);
    expect(fits('SessionStatus', { ...message, completed: undefined })).toBe(false);
  });

  it('are fulfilled by a receipt, which does not repeat the session', () => {
    const receipt = receiptMessage({ sessionId: 's', interactionId: 'interaction_0', status: 'duplicate' });
    expect(fits('InteractionReceipt', receipt)).toBe(true);
    expect(fits('InteractionReceipt', { ...receipt, session_id: 's' })).toBe(false);
  });
});
