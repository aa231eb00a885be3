import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restName } from '../../src/rest-protocol.ts';
import { respondBody, startBody } from '../../src/rest/schemas/schemas.ts';
import { parseAnswer } from '../../src/session/answer-input.ts';
import { sampleQuestion } from '../support/sample-events.ts';
import { COMPONENTS, fits } from './schemas-support.ts';

const START = {
  parent_id: '550e8400-e29b-41d4-a716-446655440001',
  limit: 10,
  session_id: 'optional-custom-session-id',
};

/** The names of REST for the fields of a start. */
const START_FIELDS = Object.keys(startBody.shape);

/** Values that some field takes, and some that none does. */
const VALUES = [
  null,
  true,
  0,
  1,
  10,
  50.5,
  51,
  100,
  100.5,
  -1,
  1e300,
  '',
  'en',
  'fr',
  'long-enough',
  'a'.repeat(129),
  'not a session id',
  START.parent_id,
  START.parent_id.toUpperCase(),
  `${START.parent_id}\n`,
  [],
  {},
];

describe('the schema of a start', () => {
  it('takes what the seed document shows', () => {
    expect(fits('StartRequest', START)).toBe(true);
    expect(fits('StartRequest', { parent_id: START.parent_id })).toBe(true);
  });

  it('takes exactly the bodies that are accepted', () => {
    const field = fc.record(Object.fromEntries(START_FIELDS.map((name) => [name, fc.constantFrom(...VALUES)])), {
      requiredKeys: [],
    });
    const named = fc.record({ parentId: fc.constant(START.parent_id) });
    const unknown = fc.constantFrom({}, {}, {}, { surprise: 1 });
    fc.assert(
      fc.property(field, fc.option(named, { nil: {} }), unknown, (fields, parent, more) => {
        const body = { ...fields, ...parent, ...more };
        const inRest = Object.fromEntries(Object.entries(body).map(([name, value]) => [restName(name), value]));
        expect(fits('StartRequest', inRest)).toBe(startBody.safeParse(body).success);
      }),
      { numRuns: 2000 },
    );
  });

  it('names the values that fields have where they are left out', () => {
    const defaults = Object.entries(COMPONENTS['StartRequest']?.properties ?? {}).flatMap(([name, field]) =>
      typeof field === 'object' && field.default !== undefined ? [[name, field.default]] : [],
    );
    const { sessionId: _, parentId: __, ...filledIn } = startBody.parse({ parentId: START.parent_id });
    expect(Object.fromEntries(defaults)).toEqual(
      Object.fromEntries(Object.entries(filledIn).map(([name, value]) => [restName(name), value])),
    );
  });
});

describe('the schema of an answer', () => {
  const answer = (response_type: string, response_data: unknown) => ({
    session_id: 'session-of-a-test',
    interaction_id: 'interaction_0',
    response_type,
    response_data,
  });

  it.each([
    ['an address', 'location_input', { address: 'A 1', source: 'user_address' }],
    ['an address without its source', 'location_input', { address: 'A 1' }],
    ['coordinates', 'location_input', { latitude: 52.5, longitude: 13.4, source: 'user_coordinates' }],
    ['a confirmation', 'confirmation', { confirmed: false }],
    ['an option', 'choice', { selected_option: { value: 'option_1', label: 'First Option' } }],
    ['an option without its label', 'choice', { selected_option: { value: 'option_1' } }],
    ['a refusal to say', 'choice', { declined: true }],
  ])('takes %s', (_, type, data) => {
    expect(fits('RespondRequest', answer(type, data))).toBe(true);
  });

  it.each([
    ['two kinds of location', { address: 'A 1', latitude: 52.5, longitude: 13.4 }],
    ['half of a point', { latitude: 52.5 }],
    ['a latitude that is none', { latitude: 90.5, longitude: 13.4 }],
    ['an empty address', { address: '' }],
    ['an option without a value', { selected_option: { label: 'First Option' } }],
    ['nothing', {}],
    ['a list', []],
    ['null', null],
  ])('refuses %s', (_, data) => {
    expect(fits('RespondRequest', answer('location_input', data))).toBe(false);
  });

  it('takes exactly the points that are accepted', () => {
    const question = { ...sampleQuestion(), interactionType: 'location_input', options: null } as const;
    const accepted = (coordinates: object) => {
      try {
        return parseAnswer(question, { location: { coordinates } }).kind === 'coordinates';
      } catch {
        return false;
      }
    };
    const degrees = fc.oneof(
      fc.constantFrom(-180, -90, 90, 180, -180.1, -90.1, 90.1, 180.1),
      fc.integer(),
      fc.string(),
    );
    fc.assert(
      fc.property(degrees, degrees, (latitude, longitude) => {
        const point = { latitude, longitude };
        expect(fits('ResponseData', point)).toBe(accepted(point));
      }),
    );
  });

  it('leaves what is in an answer to those who know its question, and nothing else', () => {
    const body = (fields: object) =>
      respondBody.safeParse({
        sessionId: 's',
        interactionId: 'interaction_0',
        responseType: 'choice',
        responseData: { selected_option: { value: 1 }, other: [] },
        ...fields,
      });
    expect(body({}).data?.responseData).toEqual({ selected_option: { value: 1 }, other: [] });
    const wrong = [{ responseData: [] }, { responseData: null }, { responseType: 'essay' }, { sessionId: 7 }, { x: 1 }];
    expect(wrong.filter((fields) => body(fields).success)).toEqual([]);
  });
});
