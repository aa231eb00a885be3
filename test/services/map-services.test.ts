import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type MapServices, PortTakenError, startMapServices } from '../support/map-services/index.ts';
import { freePorts, occupied } from './free-ports.ts';
import { ask, geocode, matrix, PLACES, table, TOKEN } from './map-requests.ts';

/** What a client sees of a Matrix request whose connection is cut. */
const CUT = { cause: { code: 'UND_ERR_SOCKET' } };

async function textOf(services: MapServices): Promise<Response> {
  return fetch(`${services.matrix.url}/directions-matrix/v1/mapbox/walking/${PLACES.join(';')}?access_token=${TOKEN}`);
}

describe('faults', () => {
  test('meet the next requests, one each and in order, and then it answers well again', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'status', status: 503 }, { kind: 'code', code: 'NoSegment' });
    const answers = [await matrix(services), await matrix(services), await matrix(services)];
    expect(answers.map(({ status, said }) => [status, said.code])).toEqual([
      [503, undefined],
      [200, 'NoSegment'],
      [200, 'Ok'],
    ]);
    expect(services.matrix.requests.map(({ status }) => status)).toEqual([503, 200, 200]);
  });

  test('are of one service: the others answer well', async () => {
    await using services = await startMapServices();
    services.matrix.failAlways({ kind: 'status', status: 500 });
    services.osrm.bike.failAlways({ kind: 'status', status: 500 });
    expect((await geocode(services, {})).status).toBe(200);
    expect((await table(services.osrm.walking.url)).status).toBe(200);
    expect((await table(services.osrm.bike.url)).status).toBe(500);
  });

  test('meet every request until they are ended', async () => {
    await using services = await startMapServices();
    services.geocoding.failAlways({ kind: 'empty' });
    expect((await geocode(services, {})).said.features).toEqual([]);
    expect((await geocode(services, {})).said.features).toEqual([]);
    services.geocoding.failAlways(null);
    expect((await geocode(services, {})).said.features).toHaveLength(2);
  });

  test('are not used up by a request that is refused', async () => {
    await using services = await startMapServices();
    services.geocoding.fail({ kind: 'status', status: 503 });
    expect((await geocode(services, { q: null })).status).toBe(422);
    expect((await geocode(services, {})).status).toBe(503);
  });

  test('are forgotten with the requests', async () => {
    await using services = await startMapServices();
    services.geocoding.fail({ kind: 'status', status: 503 }, { kind: 'status', status: 503 });
    await geocode(services, {});
    services.geocoding.reset();
    expect(services.geocoding.requests).toEqual([]);
    expect((await geocode(services, {})).status).toBe(200);
  });

  test('that a service cannot have are refused', async () => {
    await using services = await startMapServices();
    expect(() => services.geocoding.fail({ kind: 'code', code: 'NoRoute' })).toThrow(TypeError);
    expect(() => services.otp.failAlways({ kind: 'code', code: 'NO_BUS' })).toThrow(/NO_TRANSIT_CONNECTION/u);
  });
});

describe('a fault', () => {
  test('rate_limited is 429 with the time at which there is room again', async () => {
    await using services = await startMapServices();
    services.geocoding.fail({ kind: 'rate_limited', resetInMs: 5000 });
    const { status, said, headers } = await geocode(services, {});
    expect([status, said.message]).toEqual([429, 'Too Many Requests']);
    const arrivedAt = services.geocoding.requests[0]?.at ?? 0;
    const resetAt = Number(headers.get('x-rate-limit-reset')) * 1000;
    expect(resetAt).toBeGreaterThanOrEqual(arrivedAt + 5000);
    expect([headers.get('x-rate-limit-interval'), headers.get('x-rate-limit-limit')]).toEqual(['1', '10']);
  });

  test('status has the shape of its provider', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'status', status: 422 });
    services.osrm.car.fail({ kind: 'status', status: 400, code: 'NoSegment' });
    expect(await matrix(services)).toMatchObject({ status: 422, said: { code: 'InvalidInput' } });
    expect(await table(services.osrm.car.url)).toMatchObject({ status: 400, said: { code: 'NoSegment' } });
  });

  test('hang never answers, and the client may leave', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'hang' });
    const leaving = new AbortController();
    const hanging = fetch(
      `${services.matrix.url}/directions-matrix/v1/mapbox/walking/${PLACES.join(';')}?access_token=${TOKEN}`,
      {
        signal: leaving.signal,
      },
    );
    await expect.poll(() => services.matrix.requests).toMatchObject([{ status: null }]);
    leaving.abort();
    await expect(hanging).rejects.toThrow('aborted');
    expect((await matrix(services)).status).toBe(200);
  });

  test('slow answers well in the end', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'slow', ms: 30 });
    const answer = matrix(services);
    await expect.poll(() => services.matrix.requests.length).toBe(1);
    expect((await answer).said.code).toBe('Ok');
    expect(services.matrix.requests).toMatchObject([{ status: 200 }]);
  });

  test('cut ends the connection before a byte', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'cut' });
    await expect(textOf(services)).rejects.toMatchObject(CUT);
    expect(services.matrix.requests).toMatchObject([{ status: null }]);
  });

  test('half_body promises the whole and ends the connection in its middle', async () => {
    await using services = await startMapServices();
    const whole = await (await textOf(services)).text();
    services.matrix.fail({ kind: 'half_body' });
    const answer = await textOf(services);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(whole.length)]);
    await expect(answer.text()).rejects.toMatchObject(CUT);
    expect(services.matrix.requests.at(-1)?.status).toBeNull();
  });

  test('html is a page, and garbage JSON of another shape', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'html' }, { kind: 'garbage' });
    const page = await textOf(services);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toMatch(/^<!doctype html>/u);
    const { status, said } = await matrix(services);
    expect({ status, said }).toEqual({ status: 200, said: { ok: true, result: [1, 2, 3] } });
  });

  test('out_of_range is a place beyond the earth, or a way that ends before it begins', async () => {
    await using services = await startMapServices();
    for (const service of [services.geocoding, services.matrix]) service.fail({ kind: 'out_of_range' });
    const [longitude = 0, latitude = 0] = (await geocode(services, {})).said.features?.[0]?.geometry.coordinates ?? [];
    expect([longitude > 180, latitude > 90]).toEqual([true, true]);
    expect((await matrix(services)).said.durations?.flat().every((cell) => (cell ?? 0) < 0)).toBe(true);
  });

  test('empty is a table of nulls', async () => {
    await using services = await startMapServices();
    services.matrix.fail({ kind: 'empty' });
    expect((await matrix(services)).said).toMatchObject({ code: 'Ok', durations: [[null, null, null]] });
  });
});

describe('the kit', () => {
  test('says how it is configured', async () => {
    await using services = await startMapServices({ token: 'pk.mine' });
    const { geocoding, osrm, otp } = services;
    expect(services.environment()).toEqual({
      MAPBOX_ACCESS_TOKEN: 'pk.mine',
      MAPBOX_BASE_URL: geocoding.url,
      OSRM_URL_WALKING: osrm.walking.url,
      OSRM_URL_BIKE: osrm.bike.url,
      OSRM_URL_CAR: osrm.car.url,
      OTP_URL: otp.url,
    });
  });

  test('ends its connections with itself, those left hanging too', async () => {
    const services = await startMapServices();
    services.matrix.fail({ kind: 'hang' }, { kind: 'slow', ms: 3_600_000 });
    const waiting = [textOf(services), textOf(services)].map((answer) => expect(answer).rejects.toMatchObject(CUT));
    await expect.poll(() => services.matrix.requests.length).toBe(2);
    await services[Symbol.asyncDispose]();
    await Promise.all(waiting);
  });

  test('says which port is taken, and keeps none of the others', async () => {
    const port = await freePorts(5);
    await using _ = await occupied(port + 2);
    const starting = startMapServices({ port });
    await expect(starting).rejects.toThrow(PortTakenError);
    await expect(starting).rejects.toThrow(String(port + 2));
    await using first = await occupied(port);
    expect(first).toBeDefined();
  });

  test('answers nothing at another path', async () => {
    await using services = await startMapServices();
    const { status } = await ask(
      `${services.geocoding.url}/geocoding/v5/mapbox.places/Mitte.json?access_token=${TOKEN}`,
    );
    expect(status).toBe(404);
  });

  test('is on loopback alone', async () => {
    await using services = await startMapServices();
    const socket = connect({ host: '::1', port: Number(new URL(services.otp.url).port) });
    const connected = new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    await expect(connected).rejects.toThrow();
  });
});
