import { describe, expect, it } from 'vitest';
import { createGazetteerGeocoder } from '../../src/geo/gazetteer-geocoder.ts';
import type { Confidence, GeocodeCandidate } from '../../src/geo/geocoder.ts';
import type { Point } from '../../src/protocol.ts';

const geocoder = createGazetteerGeocoder();

async function find(query: string, near: Point | null = null): Promise<readonly GeocodeCandidate[]> {
  const { signal } = new AbortController();
  return (await geocoder.geocode({ query, locale: 'de', near, signal })).candidates;
}

async function labels(query: string, near: Point | null = null): Promise<readonly string[]> {
  return (await find(query, near)).map(({ label }) => label);
}

async function rated(query: string): Promise<readonly (readonly [string, Confidence])[]> {
  return (await find(query)).map(({ label, confidence }) => [label, confidence] as const);
}

const SCHOENEBERG = 'Hauptstraße 5, 10827 Berlin (Schöneberg)';
const RUMMELSBURG = 'Hauptstraße 5, 10317 Berlin (Rummelsburg)';

describe('a name that two streets bear', () => {
  it('gives both, equally sure, by label', async () => {
    expect(await rated('Hauptstraße 5, Berlin')).toEqual([
      [RUMMELSBURG, 'high'],
      [SCHOENEBERG, 'high'],
    ]);
  });

  it.each([
    'Hauptstraße 5, 10827 Berlin',
    '10827 Berlin, Hauptstr. 5',
    '10827 berlin hauptstr 5',
    'Hauptstr. 5, Schöneberg',
    'Schoeneberg, Haupt-Strasse 5',
    'Hauptstraße 5, Tempelhof - Schöneberg',
    'Hauptstraße 5, D-10827 Berlin-Schöneberg, Deutschland',
    'HAUPTSTRASSE5, 10827 BERLIN, GERMANY',
    'Hauptstraße 5, 2. OG, Bezirk Tempelhof-Schöneberg',
  ])('is settled by a postcode, a locality or a district: %s', async (query) => {
    expect(await rated(query)).toEqual([[SCHOENEBERG, 'high']]);
  });

  it('puts the one nearer to home first and leaves none out', async () => {
    expect(await labels('Hauptstraße 5', { latitude: 52.49, longitude: 13.34 })).toEqual([SCHOENEBERG, RUMMELSBURG]);
    expect(await labels('Hauptstraße 5', { latitude: 52.5, longitude: 13.49 })).toEqual([RUMMELSBURG, SCHOENEBERG]);
  });

  it('does not prefer a short street to a long one of the same name', async () => {
    const candidates = await find('Potsdamer Straße 5');
    expect(candidates.length).toBeGreaterThan(1);
    expect(new Set(candidates.map(({ confidence }) => confidence))).toEqual(new Set(['medium']));
  });
});

describe('what contradicts', () => {
  it('is low where a street is not in the postcode named with it', async () => {
    expect(await rated('Hauptstraße 5, 13507 Berlin')).toEqual([
      [RUMMELSBURG, 'low'],
      [SCHOENEBERG, 'low'],
    ]);
  });

  it('is low where a street is not in the locality or the district named with it', async () => {
    expect(await rated('Unter den Linden 1, Rudow')).toEqual([['Unter den Linden 1, 10117 Berlin (Mitte)', 'low']]);
    expect(await rated('Bölschestraße 3, Spandau')).toEqual([
      ['Bölschestraße 3, 12587 Berlin (Friedrichshagen)', 'low'],
    ]);
  });

  it('is low where a postcode is not in the locality named with it', async () => {
    expect(await rated('10827 Berlin-Köpenick')).toEqual([['10827 Berlin (Schöneberg)', 'low']]);
  });

  it('is not seen in another postcode along the same street', async () => {
    expect(await rated('Sonnenallee 225, 12057 Berlin')).toEqual([
      ['Sonnenallee 225, 12057 Berlin (Neukölln)', 'exact'],
    ]);
  });
});

describe('an address elsewhere', () => {
  it.each([
    'Hauptstraße 5, Hamburg',
    'Hauptstraße 5, Hamburg-Mitte',
    'Hamburg, Mitte',
    'Musterstraße 3, Hamburg-Mitte',
    '80331 München',
    'Marienplatz 1, 80331 München',
    'Hauptstraße 5, 80331',
    'Hauptstraße 5, 12529 Schönefeld',
    'Hauptstraße 5, 12529',
    'Hauptstraße 5, 10827 Berlin, 20095 Hamburg',
    'Unter den Linden 1, Potsdam',
    'Hamburg Hbf',
    'Bahnhofstraße 3, Zürich',
    'Hauptstrasse 5, Wien',
  ])('has no candidate: %s', async (query) => {
    expect(await find(query)).toEqual([]);
  });

  it.each(
    `Aachen Augsburg Bernau Bielefeld Bochum Bonn Brandenburg Braunschweig Bremen Chemnitz Cottbus Darmstadt Dortmund
     Dresden Duisburg Düsseldorf Erfurt Erkner Essen Falkensee Frankfurt Freiburg Gera Göttingen Halle Hamburg Hannover
     Heidelberg Hennigsdorf Jena Karlsruhe Kassel Kiel Koblenz Köln Leipzig Lübeck Ludwigsfelde Magdeburg Mainz Mannheim
     München Münster Nauen Nürnberg Oranienburg Osnabrück Potsdam Rostock Saarbrücken Schönefeld Schwerin Strausberg
     Stuttgart Teltow Ulm Velten Weimar Wiesbaden Wittenberg Wolfsburg Wuppertal Würzburg Zossen Paris Wien Zürich`.split(
      /\s+/,
    ),
  )('has no candidate in %s, whatever stands beside it', async (city) => {
    const queries = [city, `Hauptstraße 5, ${city}`, `${city}, Torstr. 4`, `Potsdamer Platz ${city}`];
    const found = await Promise.all(queries.map((query) => find(query)));
    expect(found.flat()).toEqual([]);
  });
});

describe('how sure it is', () => {
  it.each([
    ['Unter den Linden 1, Berlin', 'Unter den Linden 1, 10117 Berlin (Mitte)', 'exact'],
    ['Potsdamer Platz 1, Berlin', 'Potsdamer Platz 1, 10785 Berlin (Tiergarten)', 'high'],
    ['Otto-Suhr-Allee 100', 'Otto-Suhr-Allee 100, 10585 Berlin (Charlottenburg)', 'exact'],
    ['Straße des 17. Juni 135', 'Straße des 17. Juni 135, 10623 Berlin (Charlottenburg)', 'exact'],
    ['Rathaus Köpenick', 'Rathaus Köpenick, Alt-Köpenick 21, 12555 Berlin (Köpenick)', 'exact'],
    ['KaDeWe, Tauentzienstr. 21-24', 'KaDeWe, Tauentzienstraße 21-24, 10789 Berlin (Schöneberg)', 'exact'],
    ["Ku'damm 70", 'Kurfürstendamm 70, Berlin (Charlottenburg)', 'exact'],
    ['Bergmannstr. 5a', 'Bergmannstraße 5a, 10961 Berlin (Kreuzberg)', 'high'],
    ['Bergmannstr. 12 - 14', 'Bergmannstraße 12-14, 10961 Berlin (Kreuzberg)', 'high'],
    ['Allee der Kosmonauten 30', 'Allee der Kosmonauten 30, Berlin (Marzahn)', 'medium'],
    ['Kurfürstendam', 'Kurfürstendamm, Berlin (Charlottenburg)', 'medium'],
    ['Begrmannstraße 5', 'Bergmannstraße 5, 10961 Berlin (Kreuzberg)', 'medium'],
    ['Unter den Lindn 1', 'Unter den Linden 1, 10117 Berlin (Mitte)', 'medium'],
    ['Bergmannstr. 5, Kreutzberg', 'Bergmannstraße 5, 10961 Berlin (Kreuzberg)', 'medium'],
    ['10115', '10115 Berlin (Mitte)', 'medium'],
    ['D-10115 Berlin', '10115 Berlin (Mitte)', 'medium'],
    ['10115 Berlin-Mitte', '10115 Berlin (Mitte)', 'medium'],
    ['Berlin-Schöneberg', 'Schöneberg, Berlin', 'low'],
    ['Tempelhof-Schöneberg', 'Tempelhof-Schöneberg, Berlin', 'low'],
    ['Schoenebrg', 'Schöneberg, Berlin', 'low'],
    ['Xyzstraße 3, 10115 Berlin', '10115 Berlin (Mitte)', 'low'],
    ['Hinter dem Xyz 3, 10115 Berlin', '10115 Berlin (Mitte)', 'low'],
    ['Xyzstraße 3, Wedding', 'Wedding, Berlin', 'low'],
  ] as const)('says of %s: %s, %s', async (query, label, confidence) => {
    expect(await rated(query)).toEqual([[label, confidence]]);
  });

  it('places a number between the ones that are known', async () => {
    const [place] = await find('Potsdamer Platz 1, Berlin');
    expect(place?.location.latitude).toBeCloseTo(52.5096, 3);
    expect(place?.location.longitude).toBeCloseTo(13.3765, 3);
    const [low, between, high] = (
      await Promise.all(['54', '120', '225'].map((number) => find(`Sonnenallee ${number}`)))
    ).map(([candidate]) => candidate?.location.longitude ?? Number.NaN);
    expect(between).toBeGreaterThan(low ?? Number.NaN);
    expect(between).toBeLessThan(high ?? Number.NaN);
  });

  it('does not take another street for one that it does not know', async () => {
    expect(await find('Torfstraße 4, Berlin')).toEqual([]);
    expect(await find('Hochstraße 3, Berlin')).toEqual([]);
  });
});

describe('what is no address', () => {
  it.each([
    '',
    '   ',
    ',,;',
    '🏠🚲',
    '?!',
    'Berlin',
    'Deutschland',
    '12345678',
    '5',
    'x',
    '\u0000',
    '10115'.repeat(2000),
  ])('has no candidate: %j', async (query) => {
    expect(await find(query)).toEqual([]);
  });

  it('has no candidate where more is said than an address has pieces', async () => {
    expect(await find(`Hauptstraße 5, ${'OG '.repeat(10)}`)).toHaveLength(2);
    expect(await find(`Hauptstraße 5, ${'OG '.repeat(20)}`)).toEqual([]);
  });

  it('has no candidate among 10,000 characters', async () => {
    expect(await find('Hauptstraße 5, Berlin '.repeat(500))).toEqual([]);
  });

  it('rejects once its signal is aborted', async () => {
    const reason = new Error('enough');
    const request = { query: 'Alexanderplatz', locale: 'de', near: null, signal: AbortSignal.abort(reason) } as const;
    await expect(geocoder.geocode(request)).rejects.toBe(reason);
  });
});
