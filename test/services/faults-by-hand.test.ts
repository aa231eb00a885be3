import { describe, expect, test } from 'vitest';
import { type MapServices, startMapServices } from '../support/map-services/index.ts';
import { ask, geocode, matrix, TOKEN } from './map-requests.ts';

describe('by hand, over HTTP', () => {
  const script = ({ geocoding }: MapServices, order: unknown) =>
    ask(`${geocoding.url}/_stub/faults`, { method: 'POST', body: JSON.stringify(order) });

  test('faults are scripted for some requests, for all, and ended', async () => {
    await using services = await startMapServices();
    const statuses = async () => [(await matrix(services)).status, (await matrix(services)).status];
    const fault = { kind: 'status', status: 503 };
    await script(services, { service: 'matrix', fault });
    expect(await statuses()).toEqual([503, 200]);
    await script(services, { service: 'matrix', fault, times: 'always' });
    expect(await statuses()).toEqual([503, 503]);
    await script(services, { clear: true, service: 'geocoding' });
    expect(await statuses()).toEqual([503, 503]);
    await script(services, { clear: true });
    expect(await statuses()).toEqual([200, 200]);
  });

  test.each([
    ['no service', { fault: { kind: 'hang' } }],
    ['a service that there is not', { service: 'osrm', fault: { kind: 'hang' } }],
    ['a fault that there is not', { service: 'otp', fault: { kind: 'explode' } }],
    ['a fault without its part', { service: 'otp', fault: { kind: 'slow' } }],
    ['a fault that the service cannot have', { service: 'geocoding', fault: { kind: 'code', code: 'NoRoute' } }],
    ['no times', { service: 'otp', fault: { kind: 'hang' }, times: 0 }],
    ['a misspelt part', { service: 'otp', fault: { kind: 'hang' }, time: 2 }],
    ['no JSON', 'hang'],
  ])('%s is refused with what is allowed, and nothing changes', async (_, order) => {
    await using services = await startMapServices();
    const { status, said } = await script(services, order);
    expect([status, said['allowed']]).toEqual([
      400,
      expect.objectContaining({ service: expect.arrayContaining(['otp']) }),
    ]);
    expect((await geocode(services, {})).status).toBe(200);
  });

  test('what was asked is told, without the token', async () => {
    await using services = await startMapServices();
    await geocode(services, { q: 'Kreuzberg' });
    const answer = await fetch(`${services.geocoding.url}/_stub/requests`);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ geocoding: [{ status: 200, query: { q: 'Kreuzberg' } }], matrix: [] });
    expect(text).not.toContain(TOKEN);
  });
});
