import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCallBudget } from '../../src/geo/budget/memory-call-budget.ts';
import { type GeocodeRequest, GeocoderUnavailable } from '../../src/geo/geocoder.ts';
import { createMapboxGeocoder } from '../../src/geo/mapbox-geocoder.ts';
import { judgeCandidates } from '../../src/pipeline/places/judge-candidates.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { type MapServices, startMapServices, type StubFeature } from '../support/map-services/index.ts';
import { benchService, FREELY, patienceFor, shown, thrownBy, TOKEN, waitListener } from './http/bench.ts';

let maps: MapServices;
let places: readonly StubFeature[] = [];

beforeAll(async () => {
  maps = await startMapServices({ places: () => places });
});
beforeEach(() => maps.geocoding.reset());
afterAll(() => maps[Symbol.asyncDispose]());

const SCHOENEBERG = { longitude: 13.3571, latitude: 52.4847 };
const RUMMELSBURG = { longitude: 13.4882, latitude: 52.5003 };
const HOUSE: StubFeature = { name: 'Hauptstraße 5', location: SCHOENEBERG, postcode: '10827' };

type Given = Partial<GeocodeRequest>;

function benchGeocoder(given: Parameters<typeof benchService>[0] = {}) {
  const { service, log } = benchService(given);
  const geocoder = createMapboxGeocoder({ service, baseUrl: maps.geocoding.url, accessToken: TOKEN });
  return {
    log,
    geocode: (query: string, request: Given = {}) =>
      geocoder.geocode({ query, locale: 'de', near: null, signal: new AbortController().signal, ...request }),
  };
}

async function candidatesFor(query: string, ...features: readonly StubFeature[]) {
  places = features;
  return (await benchGeocoder().geocode(query)).candidates;
}

describe('the request', () => {
  async function sent(query: string, given: Given = {}): Promise<Readonly<Record<string, string>>> {
    await benchGeocoder().geocode(query, given);
    return Object.fromEntries(maps.geocoding.requests[0]?.query ?? []);
  }

  it('asks for places of Germany, which may not be kept', async () => {
    expect(await sent('Hauptstraße 5, Berlin')).toEqual({
      q: 'Hauptstraße 5, Berlin',
      access_token: TOKEN,
      country: 'de',
      language: 'de',
      limit: '5',
      types: 'address,street,place,postcode,locality,neighborhood',
      autocomplete: 'false',
      permanent: 'false',
    });
    expect(maps.geocoding.requests[0]?.path).toBe('/search/geocode/v6/forward');
  });

  it("is in the session's language", async () => {
    expect(await sent('Hauptstraße 5', { locale: 'en' })).toMatchObject({ language: 'en' });
  });

  it('tells of a home no more than in which square kilometre it is', async () => {
    const near = { longitude: 13.38765, latitude: 52.51234 };
    expect(await sent('Hauptstraße 5', { near })).toMatchObject({ proximity: '13.39,52.51' });
  });

  it.each([
    ['Hauptstraße 5; Berlin', 'Hauptstraße 5 Berlin'],
    ['  Hauptstraße\n\t5 ;;', 'Hauptstraße 5'],
    ['a-b, '.repeat(12), 'a-b, '.repeat(10).trim()],
    [`${'x'.repeat(255)}🏠`, 'x'.repeat(255)],
  ])('is what Mapbox takes: %j', async (typed, q) => {
    expect((await sent(typed))['q']).toBe(q);
  });

  it.each(['', ';', ' , ', '🏠'])('is not made without a word: %j', async (query) => {
    expect(await benchGeocoder().geocode(query)).toEqual({ candidates: [], bySubstitute: false });
    expect(maps.geocoding.requests).toEqual([]);
  });
});

describe('the answer', () => {
  it('is candidates, the surest first, that tell each other apart', async () => {
    const features = [
      { ...HOUSE, confidence: 'medium' },
      { ...HOUSE, location: RUMMELSBURG, postcode: '10317', confidence: 'high' },
    ] as const;
    expect(await candidatesFor('Hauptstraße 5', ...features)).toEqual([
      { label: 'Hauptstraße 5, 10317 Berlin, Deutschland', location: RUMMELSBURG, confidence: 'high' },
      { label: 'Hauptstraße 5, 10827 Berlin, Deutschland', location: SCHOENEBERG, confidence: 'medium' },
    ]);
  });

  it('has the part of the city where addresses read the same', async () => {
    const { postcode: _, ...house } = HOUSE;
    const features = [
      { ...house, locality: 'Schöneberg' },
      { ...house, location: RUMMELSBURG, locality: 'Rummelsburg' },
      { ...house, location: RUMMELSBURG, locality: 'Rummelsburg' },
    ];
    expect((await candidatesFor('Hauptstraße 5', ...features)).map(({ label }) => label)).toEqual([
      'Hauptstraße 5, Berlin, Deutschland (Schöneberg)',
      'Hauptstraße 5, Berlin, Deutschland (Rummelsburg)',
    ]);
  });

  it.each([undefined, 'Schöneberg'])(
    'has the coordinates where nothing else tells two places apart: %s',
    async (part) => {
      const { postcode: _, ...house } = HOUSE;
      const one = { ...house, ...(part !== undefined && { locality: part }) };
      const features = [one, { ...one, location: RUMMELSBURG }];
      const candidates = await candidatesFor('Hauptstraße 5', ...features);
      expect(candidates.map(({ location }) => location)).toEqual([SCHOENEBERG, RUMMELSBURG]);
      for (const { label, location } of candidates) {
        expect(label).toContain(`(${location.latitude.toFixed(3)}, ${location.longitude.toFixed(3)})`);
      }
    },
  );

  it('is none where there is no such place', async () => {
    expect(await candidatesFor('Hauptstraße 5')).toEqual([]);
  });

  it('leaves out what lies nowhere on earth', async () => {
    const nowhere = { ...HOUSE, location: { longitude: 13.4, latitude: 95.5 }, postcode: '10317' };
    const candidates = await candidatesFor('Hauptstraße 5', nowhere, HOUSE);
    expect(candidates.map(({ location }) => location)).toEqual([SCHOENEBERG]);
  });

  it('is none to rely on where nothing in it is usable', async () => {
    places = [];
    maps.geocoding.fail({ kind: 'out_of_range' });
    await expect(benchGeocoder().geocode('Hauptstraße 5')).rejects.toBeInstanceOf(GeocoderUnavailable);
  });
});

describe('whether a person is asked', () => {
  it.each([
    ['one address, found exactly', 'clear', [HOUSE]],
    ['one address, not surely', 'imprecise', [{ ...HOUSE, confidence: 'medium' }]],
    ['two addresses, equally sure', 'ambiguous', [HOUSE, { ...HOUSE, location: RUMMELSBURG, postcode: '10317' }]],
    ['an address and wider places', 'clear', [{ ...HOUSE, name: '10827', featureType: 'postcode' }, HOUSE]],
    ['a street', 'imprecise', [{ ...HOUSE, name: 'Hauptstraße', featureType: 'street', accuracy: 'street' }]],
    ['nothing', 'none', []],
  ] as const)('%s: %s', async (_, verdict, features) => {
    expect(judgeCandidates(await candidatesFor('Hauptstraße 5, Berlin', ...features)).verdict).toBe(verdict);
  });
});

describe('a geocoder that cannot be asked', () => {
  const FAULTS = [
    ...[401, 403, 404, 422, 500, 503].map((status) => ({ kind: 'status', status }) as const),
    { kind: 'rate_limited', resetInMs: 60_000 },
    { kind: 'hang' },
    { kind: 'cut' },
    { kind: 'half_body' },
    { kind: 'html' },
    { kind: 'garbage' },
  ] as const;

  it.each(FAULTS)('is unavailable, and tells nothing of the place or the token: %j', async (fault) => {
    maps.geocoding.failAlways(fault);
    const { geocode, log } = benchGeocoder(patienceFor(fault));
    const near = { longitude: 13.38765, latitude: 52.51234 };
    const thrown = await thrownBy(geocode('Geheimweg 7', { near }));
    expect(thrown).toBeInstanceOf(GeocoderUnavailable);
    const told = shown([thrown, log.lines]);
    for (const secret of [TOKEN, 'Geheimweg', '13.3', '52.5', '127.0.0.1']) expect(told).not.toContain(secret);
  });

  it("is unavailable once the month's calls are spent", async () => {
    const { geocode } = benchGeocoder({ limit: { ...FREELY, perMonth: 1 } });
    await geocode('Hauptstraße 5');
    await expect(geocode('Hauptstraße 5')).rejects.toBeInstanceOf(GeocoderUnavailable);
  });

  it('passes on the reason of an abort', async () => {
    maps.geocoding.fail({ kind: 'hang' });
    const ending = new AbortController();
    const thrown = thrownBy(benchGeocoder().geocode('Hauptstraße 5', { signal: ending.signal }));
    ending.abort('enough');
    expect(await thrown).toBe('enough');
  });
});

it('a wait for the turn is heard of', async () => {
  const clock = new ManualClock();
  const limit = { ...FREELY, spacingMs: 2000 };
  const { geocode } = benchGeocoder({ clock, limit, budget: createMemoryCallBudget(clock) });
  await geocode('Hauptstraße 5');
  const onWait = waitListener();
  const second = geocode('Hauptstraße 5', { onWait });
  await settle();
  await clock.pass(2000);
  await second;
  expect(onWait.mock.calls).toEqual([[2000]]);
});
