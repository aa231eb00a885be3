import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { TRANSPORT_MODES } from '../../src/protocol.ts';
import { madeUpWays, startMapServices } from '../support/map-services/index.ts';
import { PLACES, table } from './map-requests.ts';

/** Km/h in a straight line that clients take for the highest of each mode. */
const BOUNDS = { walking: 6.5, bike: 25, public_transport: 60, car: 90 } as const;

const point = fc.record({
  longitude: fc.double({ min: 13, max: 13.8, noNaN: true }),
  latitude: fc.double({ min: 52.3, max: 52.7, noNaN: true }),
});

describe('the made-up street network', () => {
  test('is the same every time, and never faster than its bound in a straight line', () => {
    fc.assert(
      fc.property(point, point, fc.constantFrom(...TRANSPORT_MODES), (from, to, mode) => {
        const way = madeUpWays(from, to, mode);
        expect(madeUpWays(from, to, mode)).toEqual(way);
        const straightKm = distanceKmFrom(from)(to);
        expect(way?.seconds).toBeGreaterThanOrEqual((straightKm / BOUNDS[mode]) * 3600);
        expect(way?.metres).toBeGreaterThanOrEqual(straightKm * 1200);
        expect(way?.metres).toBeLessThanOrEqual(straightKm * 1500 + 0.1);
      }),
    );
  });

  test('leads from a place to itself in no time', () => {
    const home = { longitude: 13.4, latitude: 52.5 };
    expect(TRANSPORT_MODES.map((mode) => madeUpWays(home, home, mode))).toEqual(
      TRANSPORT_MODES.map(() => ({ seconds: 0, metres: 0 })),
    );
  });
});

describe('a table of OSRM', () => {
  test('is of the mode that its server has, to a tenth of a second', async () => {
    await using services = await startMapServices({
      ways: (_from, _to, mode) => ({ seconds: mode.length + 0.04, metres: 9 }),
    });
    const { walking, bike, car } = services.osrm;
    const durations = await Promise.all([walking, bike, car].map(async ({ url }) => (await table(url)).said.durations));
    expect(durations).toEqual([[[7, 7, 7]], [[4, 4, 4]], [[3, 3, 3]]]);
    expect(new Set([walking.url, bike.url, car.url]).size).toBe(3);
    expect([walking, bike, car].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  test('has one element too, and says which cells are guessed', async () => {
    await using services = await startMapServices();
    const { said } = await table(services.osrm.car.url, { destinations: '1' });
    expect(said).toMatchObject({ code: 'Ok', fallback_speed_cells: [], destinations: [{ hint: expect.any(String) }] });
    expect(services.osrm.car.requests[0]?.elements).toBe(1);
  });

  test('has null where there is no way, even where there is none at all', async () => {
    await using services = await startMapServices({ ways: () => null });
    const { said } = await table(services.osrm.bike.url);
    expect(said).toMatchObject({ code: 'Ok', durations: [[null, null, null]], distances: [[null, null, null]] });
  });

  test('has at most 100 locations', async () => {
    await using services = await startMapServices();
    const places = Array.from({ length: 101 }, (_, index) => `13.4,52.${index + 100}`);
    expect((await table(services.osrm.walking.url, {}, places.slice(1))).status).toBe(200);
    const refused = { status: 400, said: { code: 'TooBig' } };
    expect(await table(services.osrm.walking.url, {}, places)).toMatchObject(refused);
  });

  test.each<[string, Record<string, string>, readonly string[], string]>([
    ['an index out of range', { destinations: '1;3' }, PLACES, 'InvalidOptions'],
    ['an index that is none', { sources: 'first' }, PLACES, 'InvalidValue'],
    ['an unknown annotation', { annotations: 'speed' }, PLACES, 'InvalidValue'],
    ['a single location', {}, PLACES.slice(0, 1), 'InvalidOptions'],
    ['a malformed location', {}, ['13.4;52.5'], 'InvalidQuery'],
    ['an unknown parameter', { access_token: 'pk.stub' }, PLACES, 'InvalidQuery'],
  ])('refuses %s with 400 and its code', async (_, parameters, places, code) => {
    await using services = await startMapServices();
    expect(await table(services.osrm.car.url, parameters, places)).toMatchObject({ status: 400, said: { code } });
  });

  test.each([
    ['/route/v1/foot/13.4,52.5;13.5,52.5', 'InvalidService'],
    ['/table/v2/foot/13.4,52.5;13.5,52.5', 'InvalidVersion'],
    ['/table/v1/13.4,52.5;13.5,52.5', 'InvalidUrl'],
  ])('is not at %s: %s', async (path, code) => {
    await using services = await startMapServices();
    const answer = await fetch(`${services.osrm.walking.url}${path}`);
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code })]);
  });
});
