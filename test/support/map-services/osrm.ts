import type { TransportMode } from '../../../src/protocol.ts';
import type { Twist } from './faults.ts';
import { type Provider, refused, type StubAnswer, type StubRequest } from './provider.ts';
import { ANNOTATIONS, mapCells, picked, pointsIn, type Table, type TableRequest, tableOf } from './table.ts';
import type { Waypoint, Ways } from './ways.ts';

const MOST_LOCATIONS = 100;
const PARAMETERS: ReadonlySet<string> = new Set(['sources', 'destinations', 'annotations', 'generate_hints']);

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * A table server of OSRM (https://project-osrm.org/docs/v5.24.0/api/#table-service) of one mode: as with the real one,
 * the profile in the path changes nothing. The rest of its parameters are refused.
 */
export function osrmProvider(mode: TransportMode, ways: Ways): Provider {
  return {
    read(request) {
      const asked = readTable(request, mode);
      if ('code' in asked) return refused({ status: 400, body: asked });
      const elements = asked.sources.length * asked.destinations.length;
      const withHints = request.query.get('generate_hints') !== 'false';
      return {
        kind: 'asked',
        elements,
        rate: null,
        answer: (twist) => tableAnswer(tableOf(asked, ways), withHints, twist),
      };
    },
    failure: (status, code = 'InvalidQuery') => ({ status, body: { code, message: 'The request failed.' } }),
    unfit: () => null,
  };
}

function readTable(request: StubRequest, mode: TransportMode): TableRequest | Refusal {
  const { query } = request;
  const text = coordinatesIn(request);
  if (typeof text !== 'string') return text;
  const points = pointsIn(text);
  if (points === null) return refusal('InvalidQuery', 'The coordinates are malformed or not on earth.');
  if (points.length < 2) return refusal('InvalidOptions', 'Number of coordinates needs to be at least two.');
  if (points.length > MOST_LOCATIONS) return refusal('TooBig', `More than ${MOST_LOCATIONS} locations.`);
  if ([...query.keys()].some((name) => !PARAMETERS.has(name))) return refusal('InvalidQuery', 'Unknown parameter.');
  const annotations = new Set((query.get('annotations') ?? 'duration').split(','));
  if (!annotations.isSubsetOf(ANNOTATIONS)) return refusal('InvalidValue', 'Wrong annotations.');
  const sources = picked(points, query.get('sources'));
  const destinations = picked(points, query.get('destinations'));
  if (typeof sources === 'string') return refusal(codeOf(sources), 'Wrong sources.');
  if (typeof destinations === 'string') return refusal(codeOf(destinations), 'Wrong destinations.');
  return { mode, sources, destinations, annotations };
}

/** `/table/v1/{profile}/{coordinates}`, taken apart as OSRM does. */
function coordinatesIn({ method, path }: StubRequest): string | Refusal {
  const [empty, service, version, profile, coordinates, ...rest] = path.split('/');
  const isWhole = empty === '' && profile !== '' && coordinates !== undefined && rest.length === 0;
  if (method !== 'GET' || !isWhole) return refusal('InvalidUrl', 'URL string malformed.');
  if (service !== 'table') return refusal('InvalidService', 'Service not found!');
  return version === 'v1' ? coordinates : refusal('InvalidVersion', 'Version not found.');
}

function tableAnswer(table: Table, withHints: boolean, twist: Twist | null): StubAnswer {
  if (twist?.kind === 'code') return { status: 200, body: refusal(twist.code, 'There is no such table.') };
  const changed = twist === null ? table : mapCells(table, () => (twist.kind === 'empty' ? null : -12.3));
  const hinted = (waypoint: Waypoint) => (withHints ? { ...waypoint, hint: 'bWFkZSB1cA==' } : waypoint);
  const sources = changed.sources.map(hinted);
  const destinations = changed.destinations.map(hinted);
  return { status: 200, body: { code: 'Ok', ...changed, sources, destinations, fallback_speed_cells: [] } };
}

function codeOf(problem: 'malformed' | 'beyond'): string {
  return problem === 'malformed' ? 'InvalidValue' : 'InvalidOptions';
}

function refusal(code: string, message: string): Refusal {
  return { code, message };
}
