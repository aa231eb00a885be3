import { describe, expect, it, vi } from 'vitest';
import { type GeocodeCandidate, type Geocoder, GeocoderUnavailable } from '../../src/geo/geocoder.ts';
import { createGazetteerGeocoder } from '../../src/geo/gazetteer-geocoder.ts';
import { createMapboxGeocoder } from '../../src/geo/mapbox-geocoder.ts';
import { withSubstitute } from '../../src/geo/substitute-geocoder.ts';
import { startMapServices } from '../support/map-services/index.ts';
import { benchService, thrownBy, TOKEN } from './http/bench.ts';

const PLACE: GeocodeCandidate = {
  label: 'Hauptstraße 5, Berlin',
  location: { longitude: 13.36, latitude: 52.48 },
  confidence: 'high',
};
const UNAVAILABLE = new GeocoderUnavailable('mapbox-geocoding could not be asked: timeout');

function request(query = 'Hauptstraße 5') {
  return { query, locale: 'de', near: null, signal: new AbortController().signal } as const;
}

function geocoderWith(name: string, ...candidates: readonly GeocodeCandidate[]) {
  return { name, geocode: vi.fn<Geocoder['geocode']>(async () => ({ candidates, bySubstitute: false })) };
}

function geocoderThatThrows(thrown: unknown): Geocoder {
  return { name: 'mapbox', geocode: () => Promise.reject(thrown) };
}

describe('a geocoder with a substitute', () => {
  it('has its own name', () => {
    expect(withSubstitute(geocoderWith('mapbox'), geocoderWith('gazetteer')).name).toBe('mapbox');
  });

  it.each([[[PLACE]], [[]]])('does not ask it while it can be asked itself: %#', async (candidates) => {
    const substitute = geocoderWith('gazetteer', PLACE);
    const geocoder = withSubstitute(geocoderWith('mapbox', ...candidates), substitute);
    expect(await geocoder.geocode(request())).toEqual({ candidates, bySubstitute: false });
    expect(substitute.geocode).not.toHaveBeenCalled();
  });

  it('has its candidates, and says so, where it cannot be asked', async () => {
    const substitute = geocoderWith('gazetteer', PLACE);
    const asked = request();
    const geocoder = withSubstitute(geocoderThatThrows(UNAVAILABLE), substitute);
    expect(await geocoder.geocode(asked)).toEqual({ candidates: [PLACE], bySubstitute: true });
    expect(substitute.geocode).toHaveBeenCalledWith(asked);
  });

  it.each([
    ['knows no such place', geocoderWith('gazetteer')],
    ['cannot be asked either', geocoderThatThrows(new GeocoderUnavailable('gazetteer'))],
  ])('is unavailable where that %s', async (_, substitute) => {
    const geocoder = withSubstitute(geocoderThatThrows(UNAVAILABLE), substitute);
    expect(await thrownBy(geocoder.geocode(request()))).toBe(UNAVAILABLE);
  });

  it('passes on whatever else is thrown, such as the reason of an abort', async () => {
    const reason = new Error('enough');
    const substitute = geocoderWith('gazetteer', PLACE);
    expect(await thrownBy(withSubstitute(geocoderThatThrows(reason), substitute).geocode(request()))).toBe(reason);
    const geocoder = withSubstitute(geocoderThatThrows(UNAVAILABLE), geocoderThatThrows(reason));
    expect(await thrownBy(geocoder.geocode(request()))).toBe(reason);
  });

  it('finds what the gazetteer knows while Mapbox is down, and nothing else', async () => {
    await using maps = await startMapServices();
    maps.geocoding.failAlways({ kind: 'status', status: 503 });
    const { service } = benchService();
    const mapbox = createMapboxGeocoder({ service, baseUrl: maps.geocoding.url, accessToken: TOKEN });
    const geocoder = withSubstitute(mapbox, createGazetteerGeocoder());
    const { candidates, bySubstitute } = await geocoder.geocode(request('Potsdamer Platz 1, Berlin'));
    expect([candidates.length, bySubstitute]).toEqual([1, true]);
    expect(await thrownBy(geocoder.geocode(request('Nirgendweg 3, Hintertupfing')))).toBeInstanceOf(
      GeocoderUnavailable,
    );
  });
});
