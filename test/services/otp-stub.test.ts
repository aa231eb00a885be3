import { describe, expect, test } from 'vitest';
import { type MapServices, startMapServices } from '../support/map-services/index.ts';

const QUERY = `
  query Plan($from: PlanLabeledLocationInput!, $to: PlanLabeledLocationInput!, $arrival: OffsetDateTime!) {
    planConnection(origin: $from, destination: $to, dateTime: { latestArrival: $arrival }, first: 1) {
      routingErrors { code description }
      edges { node { duration legs { mode duration distance } } }
    }
  }`;

const VARIABLES = {
  from: { location: { coordinate: { latitude: 52.51, longitude: 13.37 } } },
  to: { location: { coordinate: { latitude: 52.478, longitude: 13.437 } } },
  arrival: '2026-11-24T08:30:00+01:00',
};

async function plan({ otp }: MapServices, body: unknown, init: RequestInit = {}): Promise<[number, unknown]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${otp.url}/otp/gtfs/v1`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...init,
  });
  return [answer.status, await answer.json()];
}

describe('a plan of OpenTripPlanner', () => {
  test('is a way by public transport with its legs, in whole seconds', async () => {
    await using services = await startMapServices({ ways: () => ({ seconds: 1199.3, metres: 5000 }) });
    expect(await plan(services, { query: QUERY, variables: VARIABLES })).toEqual([
      200,
      {
        data: {
          planConnection: {
            routingErrors: [],
            edges: [
              {
                node: {
                  duration: 1200,
                  legs: [
                    { mode: 'WALK', duration: 120, distance: 500 },
                    { mode: 'BUS', duration: 960, distance: 4000 },
                    { mode: 'WALK', duration: 120, distance: 500 },
                  ],
                },
              },
            ],
          },
        },
      },
    ]);
    expect(services.otp.requests).toMatchObject([{ method: 'POST', elements: 1, status: 200 }]);
    expect(services.otp.requests[0]?.body).toEqual({ query: QUERY, variables: VARIABLES });
  });

  test('says why there is no way', async () => {
    await using services = await startMapServices({ ways: () => null });
    const none = { routingErrors: [{ code: 'NO_TRANSIT_CONNECTION', description: expect.any(String) }], edges: [] };
    const [, said] = await plan(services, { query: QUERY, variables: VARIABLES });
    expect(said).toEqual({ data: { planConnection: none } });
  });

  test.each<[string, Record<string, unknown>]>([
    ['an arrival without an offset', { arrival: '2026-11-24T08:30:00' }],
    ['an arrival that is no time', { arrival: '2026-13-24T08:30:00Z' }],
    ['no arrival', { arrival: undefined }],
    ['an end without its latitude', { to: { location: { coordinate: { longitude: 13.4 } } } }],
    [
      'two kinds of place at once',
      { to: { location: { ...VARIABLES.to.location, stopLocation: { stopLocationId: 'x' } } } },
    ],
    ['an end that is not on earth', { from: { location: { coordinate: { latitude: 52.5, longitude: 213.4 } } } }],
  ])('is refused with an error and no data for %s', async (_, changed) => {
    await using services = await startMapServices();
    const [status, said] = await plan(services, { query: QUERY, variables: { ...VARIABLES, ...changed } });
    expect([status, said]).toEqual([200, { errors: [expect.objectContaining({ message: expect.any(String) })] }]);
  });

  test.each([
    ['does not parse', '{ planConnection('],
    ['asks for what there is not', QUERY.replace('duration legs', 'minutes legs')],
    ['names another plan', QUERY.replace('planConnection', 'plan')],
    ['gives the times as text', QUERY.replace('$arrival: OffsetDateTime!', '$arrival: String!')],
  ])('is refused when the document %s', async (_, query) => {
    await using services = await startMapServices();
    const [, said] = await plan(services, { query, variables: VARIABLES });
    expect(said).toHaveProperty('errors');
    expect(said).not.toHaveProperty('data');
  });

  test('is refused when it departs at a time, or at any', async () => {
    await using services = await startMapServices();
    const departing = QUERY.replace('latestArrival', 'earliestDeparture');
    const [, said] = await plan(services, { query: departing, variables: VARIABLES });
    expect(said).toHaveProperty('errors');
  });

  test.each<[number, string, RequestInit]>([
    [400, 'without a query', { body: '{}' }],
    [415, 'as text', { headers: { 'content-type': 'text/plain' } }],
    [405, 'by PUT', { method: 'PUT' }],
  ])('is %i when it is asked for %s', async (status, _, init) => {
    await using services = await startMapServices();
    expect((await plan(services, { query: QUERY, variables: VARIABLES }, init))[0]).toBe(status);
  });
});
