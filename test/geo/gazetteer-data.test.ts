import { describe, expect, test } from 'vitest';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { DISTRICTS } from '../../src/geo/gazetteer/districts.ts';
import type { District, Locality } from '../../src/geo/gazetteer/entries.ts';
import { LOCALITIES } from '../../src/geo/gazetteer/localities.ts';
import { POSTCODES } from '../../src/geo/gazetteer/postcodes.ts';

/** Berlin's localities by district, as the state's register counts them since Schlachtensee became one in 2020. */
const LOCALITIES_BY_DISTRICT = {
  Mitte: 6,
  'Friedrichshain-Kreuzberg': 2,
  Pankow: 13,
  'Charlottenburg-Wilmersdorf': 7,
  Spandau: 9,
  'Steglitz-Zehlendorf': 8,
  'Tempelhof-Schöneberg': 6,
  Neukölln: 5,
  'Treptow-Köpenick': 15,
  'Marzahn-Hellersdorf': 5,
  Lichtenberg: 10,
  Reinickendorf: 11,
};

function kmBetween(a: readonly [number, number], b: readonly [number, number]): number {
  return distanceKmFrom({ latitude: a[0], longitude: a[1] })({ latitude: b[0], longitude: b[1] });
}

function named<Row extends District | Locality>(rows: readonly Row[], name: string): Row {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no row is named ${name}`);
  return row;
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

describe('the districts and localities of the gazetteer', () => {
  test('are all twelve districts and all 97 localities, each district with its own number of them', () => {
    const counts: Record<string, number> = {};
    for (const { district } of LOCALITIES) counts[district] = (counts[district] ?? 0) + 1;
    expect(counts).toEqual(LOCALITIES_BY_DISTRICT);
    expect(DISTRICTS.map(({ name }) => name)).toEqual(Object.keys(LOCALITIES_BY_DISTRICT));
    expect(LOCALITIES).toHaveLength(97);
  });

  test('name nothing twice', () => {
    expect(repeated(DISTRICTS.map(({ name }) => name))).toEqual([]);
    expect(repeated(LOCALITIES.map(({ name }) => name))).toEqual([]);
  });

  test.each(LOCALITIES)('$name lies within 12 km of the center of $district', ({ at, district }) => {
    expect(kmBetween(named(DISTRICTS, district).at, at)).toBeLessThan(12);
  });

  test('put no two localities in one place', () => {
    expect(repeated(LOCALITIES.map(({ at }) => at.join()))).toEqual([]);
  });
});

describe('the postcodes of the gazetteer', () => {
  test('are 190 of five digits, from 10115 to 14199, in ascending order without repetition', () => {
    const codes = POSTCODES.map(({ code }) => code);
    expect(codes).toHaveLength(190);
    expect(codes.filter((code) => !/^1[0-4]\d{3}$/.test(code))).toEqual([]);
    expect(codes).toEqual([...new Set(codes)].toSorted());
    expect([codes[0], codes.at(-1)]).toEqual(['10115', '14199']);
  });

  test.each(POSTCODES)('$code lies within 5 km of the center of $locality', ({ at, locality }) => {
    expect(kmBetween(named(LOCALITIES, locality).at, at)).toBeLessThan(5);
  });

  test('put no two postcodes in one place', () => {
    expect(repeated(POSTCODES.map(({ at }) => at.join()))).toEqual([]);
  });
});

test('every center of the gazetteer lies in Berlin', () => {
  const outside = [...DISTRICTS, ...LOCALITIES, ...POSTCODES].filter(
    ({ at: [latitude, longitude] }) => latitude < 52.33 || latitude > 52.68 || longitude < 13.08 || longitude > 13.77,
  );
  expect(outside).toEqual([]);
});
