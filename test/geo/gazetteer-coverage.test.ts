import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { createGazetteerGeocoder } from '../../src/geo/gazetteer-geocoder.ts';
import { BUILDINGS } from '../../src/geo/gazetteer/buildings.ts';
import { DISTRICTS } from '../../src/geo/gazetteer/districts.ts';
import { editDistance } from '../../src/geo/gazetteer/edit-distance.ts';
import { LOCALITIES } from '../../src/geo/gazetteer/localities.ts';
import { keyOfName } from '../../src/geo/gazetteer/normalise.ts';
import { pointAt } from '../../src/geo/gazetteer/spots.ts';
import { STREETS } from '../../src/geo/gazetteer/streets.ts';
import { CONFIDENCES, type GeocodeCandidate } from '../../src/geo/geocoder.ts';

const geocoder = createGazetteerGeocoder();
const LOCALITY = new Map(LOCALITIES.map((locality) => [locality.name, locality]));

const KEYS = new Set(STREETS.map(({ name }) => keyOfName(name)));

async function find(query: string): Promise<readonly GeocodeCandidate[]> {
  const { signal } = new AbortController();
  return (await geocoder.geocode({ query, locale: 'de', near: null, signal })).candidates;
}

const UMLAUTS = new Map(
  [...'äae öoe üue Äae Öoe Üue'.matchAll(/(\S)(\S+)/g)].map(([, from = '', to = '']) => [from, to]),
);

/** The queries among `cases` whose candidates are not as they should be. */
async function wrongOf<Case extends { readonly query: string }>(
  cases: readonly Case[],
  right: (found: readonly GeocodeCandidate[], one: Case) => boolean,
): Promise<readonly string[]> {
  const found = await Promise.all(cases.map(({ query }) => find(query)));
  return cases.filter((one, index) => !right(found[index] ?? [], one)).map(({ query }) => query);
}

/** Those that lie 5 km or more from the center of their locality, or whose locality does not exist. */
function farFromLocality(
  entries: readonly { readonly name: string; readonly locality: string; readonly at: readonly [number, number] }[],
): readonly string[] {
  const far = entries.filter(({ locality, at }) => {
    const center = LOCALITY.get(locality)?.at;
    return center === undefined || distanceKmFrom(pointAt(center))(pointAt(at)) >= 5;
  });
  return far.map(({ name }) => name);
}

/** A name as people write it. */
function spellings(name: string): readonly string[] {
  const plain = name.replaceAll('ß', 'ss');
  return [
    name,
    name.toUpperCase(),
    name.toLowerCase(),
    plain.replaceAll(/[äöüÄÖÜ]/g, (letter) => UMLAUTS.get(letter) ?? letter),
    plain.normalize('NFKD').replaceAll(/\p{M}/gu, ''),
    name.normalize('NFD'),
    name.replaceAll('-', ' - '),
    name.replaceAll('-', ' '),
    name.replaceAll('traße', 'tr.'),
    name.replaceAll('traße', 'trasse'),
    name.replaceAll(/([a-z])straße/g, '$1-Straße'),
    `  ${name} , Berlin `,
    `Berlin, ${name}, Germany`,
  ];
}

describe('every street', () => {
  it('is found under all its spellings', async () => {
    const cases = STREETS.flatMap(({ name, locality }) => spellings(name).map((query) => ({ name, locality, query })));
    const wrong = await wrongOf(cases, (found, { name, locality }) =>
      found.some(({ label }) => label.startsWith(`${name}, `) && label.endsWith(`(${locality})`)),
    );
    expect(wrong).toEqual([]);
  });

  it('is found with a number, by its postcode or its locality, as the only one and surely', async () => {
    const cases = STREETS.flatMap(({ name, locality, postcode }) =>
      [
        `${name} 9b, ${postcode} Berlin`,
        `${postcode} Berlin ${name} 9b`,
        `${name} 9b, ${locality}`,
        `Berlin-${locality}, ${name} 9b`,
      ].map((query) => ({ name, locality, query })),
    );
    const wrong = await wrongOf(cases, ([first, ...others], { name, locality }) => {
      const { label = '', confidence } = first ?? {};
      const own = label.startsWith(`${name} 9b, `) && label.endsWith(`(${locality})`);
      return own && confidence !== 'low' && others.length === 0;
    });
    expect(wrong).toEqual([]);
  });

  it('is found with a wrong letter where its name is long', async () => {
    const cases = STREETS.filter(({ name }) => name.length >= 14).map(({ name }) => ({
      name,
      query: `${name.slice(0, 2)}q${name.slice(3)}`,
    }));
    const wrong = await wrongOf(cases, (found, { name }) =>
      found.some(({ label, confidence }) => label.startsWith(`${name}, `) && confidence === 'medium'),
    );
    expect(wrong).toEqual([]);
  });

  it('lies within 5 km of the center of its locality', () => {
    expect(farFromLocality(STREETS)).toEqual([]);
  });

  it('has its anchors in ascending order and along its length', () => {
    const wrong = STREETS.flatMap(({ at, lengthKm, anchors = [] }) =>
      anchors.filter(([number, latitude, longitude], index) => {
        const after = anchors[index + 1]?.[0] ?? Infinity;
        return number >= after || distanceKmFrom(pointAt(at))({ latitude, longitude }) > 0.7 * lengthKm;
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('stands once in a locality, and no two names mean the same', () => {
    expect(new Set(STREETS.map(({ name, locality }) => `${name}, ${locality}`)).size).toBe(STREETS.length);
    const names = new Set(STREETS.map(({ name }) => name));
    expect(new Set([...names].map(keyOfName)).size).toBe(names.size);
  });

  it('is known in all twelve districts, 220 of them or more', () => {
    expect(STREETS.length).toBeGreaterThanOrEqual(220);
    const districts = new Set(STREETS.map(({ locality }) => LOCALITY.get(locality)?.district));
    expect(districts).toEqual(new Set(DISTRICTS.map(({ name }) => name)));
  });
});

describe('every building', () => {
  it('is found under all spellings of its names, exactly', async () => {
    const cases = BUILDINGS.flatMap(({ name, aliases = [], locality, postcode }) =>
      [name, ...aliases].flatMap(spellings).map((query) => ({ name, locality, postcode, query })),
    );
    const wrong = await wrongOf(cases, (found, { name, locality, postcode }) => {
      const own = found.find(({ label }) => label.startsWith(`${name}, `));
      return own?.confidence === 'exact' && own.label.endsWith(`, ${postcode} Berlin (${locality})`);
    });
    expect(wrong).toEqual([]);
  });

  it('is found by its address, exactly and alone where that has a number', async () => {
    const cases = BUILDINGS.filter(({ address }) => /\d[A-Z]?$/.test(address)).map(
      ({ address, locality, postcode }) => ({ locality, postcode, query: `${address}, ${postcode} Berlin` }),
    );
    const wrong = await wrongOf(cases, ([first, ...others], { locality, postcode }) => {
      const own = first?.label.endsWith(`, ${postcode} Berlin (${locality})`) ?? false;
      return own && first?.confidence === 'exact' && others.length === 0;
    });
    expect(wrong).toEqual([]);
  });

  it('lies within 5 km of the center of its locality', () => {
    expect(farFromLocality(BUILDINGS)).toEqual([]);
  });
});

describe('every locality and district', () => {
  it('is found under all its spellings, as a hint', async () => {
    const cases = [...LOCALITIES, ...DISTRICTS].flatMap(({ name }) =>
      spellings(name).map((query) => ({ name, query })),
    );
    const wrong = await wrongOf(cases, ([first, ...others], { name }) => {
      return first?.label === `${name}, Berlin` && first.confidence === 'low' && others.length === 0;
    });
    expect(wrong).toEqual([]);
  });
});

describe('whatever is typed', () => {
  const words = fc.constantFrom(
    'Haupt',
    'str.',
    '5',
    '10827',
    'Berlin',
    ',',
    'Mitte',
    '-',
    'ß',
    '12-',
    '🏠',
    'D-',
    'OG',
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
  );

  it('there are at most five candidates in Berlin, the surest first, without doubles', async () => {
    await fc.assert(
      fc.asyncProperty(typed, async (query) => {
        const found = await find(query);
        expect(found.length).toBeLessThanOrEqual(5);
        const ranks = found.map(({ confidence }) => CONFIDENCES.indexOf(confidence));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
        for (const { location } of found) {
          expect(distanceKmFrom({ latitude: 52.515, longitude: 13.4 })(location)).toBeLessThan(30);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a name with one wrong letter is never surer than medium', async () => {
    const wrongName = fc
      .tuple(fc.constantFrom(...STREETS), fc.nat({ max: 30 }), fc.constantFrom('q', 'x', ''))
      .map(([{ name }, at, letter]) => `${name.slice(0, at)}${letter}${name.slice(at + 1)}`)
      .filter((query) => !KEYS.has(keyOfName(query)));
    await fc.assert(
      fc.asyncProperty(wrongName, async (query) => {
        const confidences = (await find(query)).map(({ confidence }) => confidence);
        expect(confidences.filter((confidence) => confidence === 'exact' || confidence === 'high')).toEqual([]);
      }),
    );
  });
});

describe('the distance between spellings', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

  it.each([
    ['haupt', 'haupt', 0],
    ['haupt', 'haput', 1],
    ['haupt', 'haut', 1],
    ['haupt', 'hauptt', 1],
    ['haupt', 'houpt', 1],
    ['haupt', 'hut', 2],
    ['haupt', 'linden', 3],
  ])('of %s and %s, up to two, is %d', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(distance);
  });

  it('is the same both ways, and 0 for the same word alone', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b, 2)).toBe(editDistance(b, a, 2));
        expect(editDistance(a, b, 2) === 0).toBe(a === b);
      }),
    );
  });
});
