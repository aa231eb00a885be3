import * as fc from 'fast-check';
import OpeningHours from 'opening_hours';
import { describe, expect, test } from 'vitest';
import { DISTRICTS, PEOPLE_OF_DISTRICTS } from '../../src/db/seed/berlin.ts';
import { madeUpCenters } from '../../src/db/seed/centers.ts';
import { seededRandom } from '../../src/db/seed/random.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

describe('random numbers', () => {
  test('are the same for the same seed, and others for another one', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, other) => {
        fc.pre(seed !== other);
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(other));
      }),
    );
  });

  test('fill the span from 0 to 1 evenly', () => {
    const random = seededRandom(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let drawn = 0; drawn < 100_000; drawn += 1) {
      const tenth = Math.floor(random.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('whole numbers reach both bounds and go no further', () => {
    const random = seededRandom(7);
    const drawn = new Set(Array.from({ length: 500 }, () => random.integer(-1, 3)));
    expect([...drawn].toSorted((one, other) => one - other)).toEqual([-1, 0, 1, 2, 3]);
  });

  test('items come as often as they weigh', () => {
    const random = seededRandom(7);
    const drawn = Array.from({ length: 10_000 }, () =>
      random.weighted([
        ['often', 3],
        ['never', 0],
        ['seldom', 1],
      ]),
    );
    expect(drawn).not.toContain('never');
    expect(Math.abs(drawn.filter((item) => item === 'often').length - 7500)).toBeLessThan(200);
  });

  test('nothing cannot be picked from', () => {
    expect(() => seededRandom(7).weighted([])).toThrow(RangeError);
  });
});

describe('made-up centers', () => {
  const centers = [...madeUpCenters(3000, 5)];

  test('are the same for the same seed, and others for another one', () => {
    expect([...madeUpCenters(3000, 5)]).toEqual(centers);
    expect([...madeUpCenters(3000, 6)]).not.toEqual(centers);
  });

  test('fewer of them are the first of more', () => {
    expect([...madeUpCenters(100, 5)]).toEqual(centers.slice(0, 100));
    expect([...madeUpCenters(0, 5)]).toEqual([]);
  });

  test('have ids and names of their own', () => {
    expect(new Set(centers.map(({ id }) => id)).size).toBe(3000);
    expect(centers.every(({ id }) => UUID_V4.test(id))).toBe(true);
    expect(new Set(centers.map(({ name }) => name)).size).toBe(3000);
  });

  test('have names of their own even when there are more than the words allow', () => {
    const names = new Set<string>();
    for (const { name } of madeUpCenters(120_000, 5)) names.add(name);
    expect(names.size).toBe(120_000);
  });

  test('lie where the people of Berlin live', () => {
    const people = Object.values(PEOPLE_OF_DISTRICTS).reduce((sum, number) => sum + number, 0);
    for (const district of DISTRICTS) {
      const expected = (300 * PEOPLE_OF_DISTRICTS[district]) / people;
      const actual = centers.slice(0, 300).filter((center) => center.district === district).length;
      expect(Math.abs(actual - expected)).toBeLessThan(3);
    }
    for (const { location } of centers) {
      expect(location.x).toBeGreaterThan(13.08);
      expect(location.x).toBeLessThan(13.77);
      expect(location.y).toBeGreaterThan(52.33);
      expect(location.y).toBeLessThan(52.68);
    }
  });

  test('have opening hours that can be read', () => {
    const hours = new Set(centers.flatMap(({ opening_hours: text }) => (text === null ? [] : [text])));
    expect(hours.size).toBeGreaterThan(8);
    for (const text of hours) expect(() => new OpeningHours(text)).not.toThrow();
  });

  test('speak German and now and then something else', () => {
    expect(centers.every(({ languages }) => languages[0] === 'de')).toBe(true);
    expect(centers.every(({ languages }) => new Set(languages).size === languages.length)).toBe(true);
    const english = centers.filter(({ languages }) => languages.includes('en')).length;
    expect(Math.abs(english / 3000 - 0.24)).toBeLessThan(0.03);
  });

  test('never have more free places than places, and say since when only if they say how many', () => {
    for (const center of centers) {
      expect(center.free_places ?? 0).toBeLessThanOrEqual(center.capacity ?? Infinity);
      expect(center.free_places_updated_at === null).toBe(center.free_places === null);
    }
  });

  test('can be reached by nobody: numbers and hosts are reserved ones', () => {
    for (const { phone, website } of centers) {
      expect(phone ?? '030 23125000').toMatch(/^030 23125\d{3}$/u);
      expect(new URL(website ?? 'https://none.example').hostname).toMatch(/^[a-z0-9-]{1,63}\.example$/u);
    }
  });
});

function draw(seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 20 }, () => random.next());
}
