import { getNamedType, isScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ANSWERS, MORE_IN_ANSWERS } from './schemas-differences.ts';
import { answerTypes, fieldsOf, inRestWords, shapeInGraphQL } from './schemas-in-graphql.ts';
import { saidByRest, shapeInRest } from './schemas-in-rest.ts';
import { COMPONENTS } from './schemas-support.ts';

describe('the answers of REST and GraphQL', () => {
  const fields = [...answerTypes].flatMap((type) =>
    fieldsOf(type).map((field) => [`${type.name}.${field.name}`, field] as const),
  );
  const single = fields.filter(([, { type }]) => isScalarType(getNamedType(type)));
  const components = [...new Set(Object.values(ANSWERS).flatMap((place) => place.split(' or ')))].map(
    (place) => place.split('.')[0] ?? '',
  );

  it('have a place in REST for each field of GraphQL', () => {
    expect(fields.map(([at]) => at).toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
  });

  it.each(single)('say the same of %s', (at, field) => {
    const [component = '', property = ''] = (ANSWERS[at] ?? '').split('.');
    const said = saidByRest(component)[property];
    expect(said).toMatchObject({ shape: shapeInGraphQL(field.type), presence: 'required' });
    expect(said?.description).toContain(inRestWords(field.description ?? '').replace(/\.$/u, ''));
  });

  it('have nothing in REST that is neither there for GraphQL nor listed', () => {
    const all = [...new Set(components)].flatMap((name) =>
      Object.keys(COMPONENTS[name]?.properties ?? {}).map((property) => `${name}.${property}`),
    );
    const expected = [...Object.values(ANSWERS).filter((place) => place.includes('.')), ...MORE_IN_ANSWERS];
    expect(all.toSorted()).toEqual(expected.toSorted());
  });

  it('are closed and apart, so that just one of them is given', () => {
    const given = (COMPONENTS['ResponseData']?.oneOf ?? []).map(shapeInRest);
    expect(given.toSorted()).toEqual([...new Set(components)].filter((name) => name !== 'SelectedOption').toSorted());
    expect(given.map((name) => COMPONENTS[name]?.additionalProperties)).toEqual(given.map(() => false));
  });
});
