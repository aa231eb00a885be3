import { describe, expect, test } from 'vitest';
import { startMapServices, type StubFeature } from '../support/map-services/index.ts';
import { geocode, matrix, PLACES, TOKEN } from './map-requests.ts';

const HERE = { longitude: 13.4, latitude: 52.5 };

describe('geocoding', () => {
  test('finds the places of the gazetteer, as addresses with a match code', async () => {
    await using services = await startMapServices();
    const { status, said } = await geocode(services, { q: 'Potsdamer Platz 1, 10785 Berlin', language: 'de' });
    expect(status).toBe(200);
    expect(said.features).toEqual([
      expect.objectContaining({
        geometry: { type: 'Point', coordinates: [13.3765, 52.5096] },
        properties: expect.objectContaining({
          name: 'Potsdamer Platz 1',
          feature_type: 'address',
          full_address: 'Potsdamer Platz 1, 10785 Berlin, Deutschland',
          match_code: expect.objectContaining({ street: 'matched', postcode: 'matched', confidence: 'high' }),
          context: expect.objectContaining({ postcode: expect.objectContaining({ name: '10785' }) }),
        }),
      }),
    ]);
  });

  test.each([
    ['Alexanderplatz', 'street'],
    ['10827', 'postcode'],
    ['Kreuzberg', 'locality'],
  ])('says of %s that it is a %s, without a match code', async (q, type) => {
    await using services = await startMapServices();
    const { said } = await geocode(services, { q });
    expect(said.features?.map(({ properties }) => properties.feature_type)).toEqual([type]);
    expect(said.features?.[0]?.properties).not.toHaveProperty('match_code');
  });

  test('breaks ties by the proximity, and keeps to the limit and the types', async () => {
    await using services = await startMapServices();
    const first = async (proximity: string) =>
      (await geocode(services, { proximity, limit: '1' })).said.features?.map(
        ({ properties }) => properties.full_address,
      );
    expect(await first('13.35,52.49')).toEqual(['Hauptstraße 5, 10827 Berlin, Germany']);
    expect(await first('13.48,52.5')).toEqual(['Hauptstraße 5, 10317 Berlin, Germany']);
    expect((await geocode(services, { types: 'postcode,place' })).said.features).toEqual([]);
  });

  test('finds nothing without an error', async () => {
    await using services = await startMapServices();
    expect(await geocode(services, { q: 'Marienplatz, München' })).toMatchObject({
      status: 200,
      said: { features: [] },
    });
  });

  test('gives the places of a test instead', async () => {
    const place: StubFeature = {
      name: 'Am Ende 1',
      location: HERE,
      confidence: 'medium',
      match: { street: 'plausible' },
    };
    await using services = await startMapServices({ places: (query) => (query === 'dort' ? [place] : []) });
    const { said } = await geocode(services, { q: 'dort' });
    expect(said.features?.[0]?.properties).toMatchObject({
      name: 'Am Ende 1',
      match_code: { street: 'plausible', confidence: 'medium' },
    });
  });

  test.each([null, 'pk.other'])('refuses the token %s', async (token) => {
    await using services = await startMapServices();
    const refused = { status: 401, said: { message: 'Not Authorized - Invalid Token' } };
    expect(await geocode(services, { access_token: token })).toMatchObject(refused);
    expect(await matrix(services, { access_token: token })).toMatchObject(refused);
  });

  test.each<[string, Record<string, string | null>]>([
    ['no query', { q: null }],
    ['an empty query', { q: ' , ' }],
    ['a query longer than 256 characters', { q: 'a'.repeat(257) }],
    ['a query of more than 20 words', { q: 'eins-'.repeat(21) }],
    ['a semicolon', { q: 'Mitte; Berlin' }],
    ['a proximity that tells a home', { proximity: '13.3765,52.51' }],
    ['a proximity that is no place', { proximity: '52.5,113.4' }],
    ['a type that there is not', { types: 'address,poi' }],
    ['a limit above 10', { limit: '11' }],
    ['a country by its name', { country: 'Germany' }],
    ['something else than true and false', { autocomplete: '0' }],
    ['an unknown parameter', { fuzzyMatch: 'true' }],
  ])('refuses %s with 422, and does not repeat it', async (_, parameters) => {
    await using services = await startMapServices();
    const { status, said } = await geocode(services, parameters);
    expect(status).toBe(422);
    expect(said.message).not.toMatch(/Mitte|13\.|eins|Germany/u);
  });

  test('takes a query of exactly 256 characters and 20 words', async () => {
    await using services = await startMapServices();
    const q = `${'wort '.repeat(19)}${'x'.repeat(161)}`;
    expect(q).toHaveLength(256);
    expect((await geocode(services, { q })).status).toBe(200);
  });
});

describe('the Matrix', () => {
  test('answers with seconds, metres and where each end is on a road', async () => {
    await using services = await startMapServices();
    const { said } = await matrix(services, { destinations: '2;1' });
    expect(said).toEqual({
      code: 'Ok',
      durations: [[expect.any(Number), expect.any(Number)]],
      distances: [[expect.any(Number), expect.any(Number)]],
      sources: [{ name: '', location: [13.3765, expect.closeTo(52.5096, 3)], distance: expect.any(Number) }],
      destinations: [expect.objectContaining({ location: [13.437, expect.closeTo(52.478, 3)] }), expect.anything()],
    });
    expect(services.matrix.requests).toMatchObject([{ elements: 2, status: 200, method: 'GET' }]);
  });

  test('answers from each to each without sources and destinations, and durations alone unless asked', async () => {
    await using services = await startMapServices();
    const { said } = await matrix(services, { sources: null, annotations: null });
    expect(said.durations?.map((row, index) => row[index])).toEqual([0, 0, 0]);
    expect(said).not.toHaveProperty('distances');
    expect(services.matrix.requests[0]?.elements).toBe(9);
  });

  test('has null where there is no way, and NoRoute where there is none at all', async () => {
    await using some = await startMapServices({
      ways: (_, to) => (to.longitude > 13.42 ? null : { seconds: 60, metres: 80 }),
    });
    expect((await matrix(some, { destinations: '1;2' })).said.durations).toEqual([[60, null]]);
    await using none = await startMapServices({ ways: () => null });
    const { status, said } = await matrix(none);
    expect({ status, code: said.code, durations: said.durations }).toEqual({ status: 200, code: 'NoRoute' });
  });

  test('takes 25 coordinates, of driving-traffic 10', async () => {
    await using services = await startMapServices();
    const status = async (profile: string, count: number) => {
      const places = Array.from({ length: count }, (_, index) => `13.${index + 10},52.5`);
      return (await matrix(services, {}, { profile, places })).status;
    };
    expect([await status('mapbox/driving', 25), await status('mapbox/driving', 26)]).toEqual([200, 422]);
    expect([await status('mapbox/driving-traffic', 10), await status('mapbox/driving-traffic', 11)]).toEqual([
      200, 422,
    ]);
  });

  test.each<[string, Record<string, string | null>, readonly string[]]>([
    ['a single coordinate', {}, PLACES.slice(0, 1)],
    ['coordinates beyond the earth', {}, ['13.4,52.5', '13.4,95.5', '13.4,52.6']],
    ['what is no coordinate', {}, ['13.4,52.5', '1e1,52.5', '13.4,52.6']],
    ['a source out of range', { sources: '3' }, PLACES],
    ['a destination out of range', { destinations: '1;9' }, PLACES],
    ['an index that is none', { destinations: '-1' }, PLACES],
    ['a single element', { destinations: '1' }, PLACES],
    ['an unknown annotation', { annotations: 'duration,speed' }, PLACES],
    ['an unknown parameter', { depart: 'now' }, PLACES],
  ])('refuses %s as InvalidInput', async (_, parameters, places) => {
    await using services = await startMapServices();
    expect(await matrix(services, parameters, { places })).toMatchObject({
      status: 422,
      said: { code: 'InvalidInput' },
    });
  });

  test('knows no profile for public transport', async () => {
    await using services = await startMapServices();
    const refused = { status: 404, said: { code: 'ProfileNotFound' } };
    expect(await matrix(services, {}, { profile: 'mapbox/transit' })).toMatchObject(refused);
  });
});

describe('its limits', () => {
  test('are not kept unless asked for', async () => {
    await using services = await startMapServices();
    const answers = await Promise.all(Array.from({ length: 12 }, () => geocode(services, {})));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  test('are 10 geocoding requests at once, and 60 of the Matrix, each told with when there is room again', async () => {
    await using services = await startMapServices({ limits: true, places: () => [], token: TOKEN });
    const places = await Promise.all(Array.from({ length: 12 }, () => geocode(services, {})));
    const refused = places.filter(({ status }) => status === 429);
    expect(refused.length).toBe(2);
    expect(Object.fromEntries(refused[0]?.headers ?? [])).toMatchObject({
      'x-rate-limit-interval': '1',
      'x-rate-limit-limit': '10',
      'x-rate-limit-reset': expect.stringMatching(/^\d{10}$/u),
    });
    const ways = await Promise.all(Array.from({ length: 62 }, () => matrix(services)));
    expect(ways.filter(({ status }) => status === 200)).toHaveLength(60);
  });
});
