import type { TransportMode } from '../../../src/protocol.ts';
import type { Twist } from './faults.ts';
import { mapboxFailure, parameterProblem, TOKEN_REFUSED } from './mapbox.ts';
import { type Provider, type Rate, refused, type StubAnswer, type StubRequest } from './provider.ts';
import { ANNOTATIONS, hasNoWay, mapCells, picked, pointsIn, type TableRequest, tableOf } from './table.ts';
import type { Ways } from './ways.ts';

interface Profile {
  readonly mode: TransportMode;
  readonly mostCoordinates: number;
  readonly rate: Rate;
}

const RATE: Rate = { name: 'matrix', requests: 60, windowMs: 60_000 };

/** https://docs.mapbox.com/api/navigation/matrix/ */
const PROFILES: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  ['walking', { mode: 'walking', mostCoordinates: 25, rate: RATE }],
  ['cycling', { mode: 'bike', mostCoordinates: 25, rate: RATE }],
  ['driving', { mode: 'car', mostCoordinates: 25, rate: RATE }],
  [
    'driving-traffic',
    { mode: 'car', mostCoordinates: 10, rate: { name: 'matrix-traffic', requests: 30, windowMs: 60_000 } },
  ],
]);

/** What is wrong with a value shows once the coordinates are known. The rest of its parameters are refused. */
const PARAMETERS = Object.fromEntries(
  ['access_token', 'sources', 'destinations', 'annotations'].map((name) => [name, () => null]),
);

/** Mapbox Matrix v1. */
export function matrixProvider(ways: Ways, token: string): Provider {
  return {
    read(request) {
      if (request.query.get('access_token') !== token) return refused(TOKEN_REFUSED);
      const [, profile, coordinates] = /^\/directions-matrix\/v1\/([^/]+\/[^/]+)\/([^/]+)$/u.exec(request.path) ?? [];
      if (request.method !== 'GET' || profile === undefined) return refused(mapboxFailure(404));
      const known = profile.startsWith('mapbox/') ? PROFILES.get(profile.slice('mapbox/'.length)) : undefined;
      if (known === undefined) return refused(invalid('Profile not found', 'ProfileNotFound', 404));
      const asked = readTable(request, known, coordinates ?? '');
      if (typeof asked === 'string') return refused(invalid(asked));
      const elements = asked.sources.length * asked.destinations.length;
      return { kind: 'asked', elements, rate: known.rate, answer: (twist) => matrixAnswer(asked, ways, twist) };
    },
    failure: (status, code) => mapboxFailure(status, code ?? codeOf(status)),
    unfit: () => null,
  };
}

function readTable({ query }: StubRequest, { mode, mostCoordinates }: Profile, text: string): TableRequest | string {
  const points = pointsIn(text);
  if (points === null) return 'Coordinates must be longitude,latitude pairs, parted by semicolons';
  if (points.length < 2 || points.length > mostCoordinates) return `There must be 2 to ${mostCoordinates} coordinates`;
  const problem = parameterProblem(query, PARAMETERS);
  if (problem !== null) return problem;
  const annotations = new Set((query.get('annotations') ?? 'duration').split(','));
  if (!annotations.isSubsetOf(ANNOTATIONS)) return 'annotations must be duration, distance or both';
  const sources = picked(points, query.get('sources'));
  const destinations = picked(points, query.get('destinations'));
  if (typeof sources === 'string') return 'sources must be indexes of coordinates, or all';
  if (typeof destinations === 'string') return 'destinations must be indexes of coordinates, or all';
  return sources.length * destinations.length < 2
    ? 'There must be at least two elements: requests with a single one are not supported'
    : { mode, sources, destinations, annotations };
}

/** Where nothing can be reached there is no table, but NoRoute. */
function matrixAnswer(asked: TableRequest, ways: Ways, twist: Twist | null): StubAnswer {
  if (twist?.kind === 'code') return invalid('There is no such table', twist.code, 200);
  const table = tableOf(asked, ways);
  if (twist?.kind === 'empty') return { status: 200, body: { code: 'Ok', ...mapCells(table, () => null) } };
  if (twist?.kind === 'out_of_range') return { status: 200, body: { code: 'Ok', ...mapCells(table, () => -12.3) } };
  if (hasNoWay(table)) return invalid('No route found', 'NoRoute', 200);
  return { status: 200, body: { code: 'Ok', ...table } };
}

function invalid(message: string, code = 'InvalidInput', status = 422): StubAnswer {
  return { status, body: { message, code } };
}

function codeOf(status: number): string | undefined {
  return status === 422 ? 'InvalidInput' : undefined;
}
