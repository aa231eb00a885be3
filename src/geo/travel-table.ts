import { z } from 'zod';
import type { Point, TransportMode } from '../protocol.ts';
import { leastMinutesAtHighestSpeed } from './highest-speeds.ts';
import { MapServiceUnavailable, type MapService } from './map-service.ts';
import { travelTimesFailure, travelTimesRefused } from './travel-times-failure.ts';
import type { TravelTime, TravelTimeRequest, TravelTimeSource } from './travel-times.ts';

/** The modes that a street network alone answers for. */
export type StreetMode = Exclude<TransportMode, 'public_transport'>;

/** A service that answers with a table of durations and distances, as OSRM does and Mapbox Matrix after it. */
export interface TravelTable {
  /** Of the source of travel times, such as `osrm`. */
  readonly name: string;
  readonly service: MapService;
  readonly mode: StreetMode;
  /** The most destinations of one table. */
  readonly batchSize: number;
  /** The least elements of one table: where it is 2, a single destination is asked for together with the origin. */
  readonly leastElements: 1 | 2;
  /** Where a table is asked for: `coordinates` belongs at the end of the path, `query` has no question mark. */
  readonly url: (coordinates: string, query: string) => URL;
}

/** The codes that are an answer, whatever the status that they came with. Every other one is a failure. */
const MEANINGS = {
  NoRoute: 'no_way',
  NoTable: 'no_way',
  /** A point, and it is not said which, cannot be put on a street. */
  NoSegment: 'off_network',
  TooBig: 'too_big',
} as const;

const UNREACHABLE: TravelTime = { minutes: null, routeKm: null, source: 'routed' };

type Ask = (destinations: readonly Point[]) => Promise<readonly TravelTime[] | 'off_network' | 'too_big'>;

/**
 * A source that asks for a table from one origin. Where a table is too big, or a point of it lies off the streets, its
 * halves are asked for one after the other, down to single destinations: one that lies off the streets is unreachable.
 * With the origin there it is TravelTimesUnavailable, after two calls.
 */
export function createTableSource(table: TravelTable): TravelTimeSource {
  return {
    name: table.name,
    batchSize: table.batchSize,
    async travelTimes(request) {
      request.signal.throwIfAborted();
      if (request.destinations.length === 0) return [];
      return timesInParts(request, table.name, (destinations) => tableOf(table, { ...request, destinations }));
    },
    leastMinutes: (distanceKm) => leastMinutesAtHighestSpeed(table.mode, distanceKm),
  };
}

interface TableRequest {
  /** `lon,lat;…` in degrees with 6 decimals (0.1 m), the origin first. */
  readonly coordinates: string;
  /** For the row from the origin. */
  readonly query: string;
  /** How many cells the row has. */
  readonly cells: number;
}

function tableRequest(origin: Point, destinations: readonly Point[], leastElements: number): TableRequest {
  const points = [origin, ...destinations];
  const coordinates = points.map(({ longitude, latitude }) => `${longitude.toFixed(6)},${latitude.toFixed(6)}`);
  const indices = [...points.keys()].slice(destinations.length < leastElements ? 0 : 1);
  return {
    coordinates: coordinates.join(';'),
    query: `sources=0&destinations=${indices.join(';')}&annotations=duration,distance`,
    cells: indices.length,
  };
}

/**
 * The shape of an answer with a row of `count` cells: seconds and metres, null where no way leads there, or the service's
 * code for something else. An `Ok` with another number of rows or cells has neither shape.
 */
function tableAnswer(count: number) {
  const row = z.tuple([z.array(z.number().nonnegative().nullable()).length(count)]);
  return z.union([
    z.object({ code: z.literal('Ok'), durations: row, distances: row }),
    z.object({ code: z.string().refine((code) => code !== 'Ok') }),
  ]);
}

type TableAnswer = z.infer<ReturnType<typeof tableAnswer>>;

async function timesInParts({ origin, destinations }: TravelTimeRequest, name: string, ask: Ask) {
  let isOriginOnStreet = false;

  /** The way from the origin to itself tells whether it is the origin that cannot be put on a street. */
  async function findOrigin(): Promise<void> {
    if (isOriginOnStreet) return;
    const answer = await ask([origin]);
    if (typeof answer === 'string') throw travelTimesRefused(name, 'NoSegment');
    isOriginOnStreet = true;
  }

  async function timesTo(part: readonly Point[]): Promise<readonly TravelTime[]> {
    const answer = await ask(part);
    if (typeof answer !== 'string') {
      isOriginOnStreet = true;
      return answer;
    }
    if (answer === 'off_network') await findOrigin();
    if (part.length === 1) {
      if (answer === 'too_big') throw travelTimesRefused(name, 'TooBig');
      return [UNREACHABLE];
    }
    const middle = Math.ceil(part.length / 2);
    return [...(await timesTo(part.slice(0, middle))), ...(await timesTo(part.slice(middle)))];
  }

  return timesTo(destinations);
}

async function tableOf(table: TravelTable, request: TravelTimeRequest): ReturnType<Ask> {
  const { destinations } = request;
  const answer = await answerOf(table, request);
  if ('durations' in answer) {
    return timesOf(answer.durations[0], answer.distances[0]).slice(-destinations.length);
  }
  const meaning = meaningOf(answer.code);
  if (meaning === null) throw travelTimesRefused(table.name, answer.code);
  return meaning === 'no_way' ? destinations.map(() => UNREACHABLE) : meaning;
}

async function answerOf(table: TravelTable, request: TravelTimeRequest): Promise<TableAnswer> {
  const { name, service, url, leastElements } = table;
  const { origin, destinations, signal, onWait } = request;
  const { coordinates, query, cells } = tableRequest(origin, destinations, leastElements);
  try {
    return await service.request({
      url: url(coordinates, query),
      answer: tableAnswer(cells),
      refusalIn,
      signal,
      ...(onWait && { onWait }),
    });
  } catch (error) {
    const code = refusalOf(error);
    if (code === null || meaningOf(code) === null) throw travelTimesFailure(name, error);
    return { code };
  }
}

/** What says nothing of the places that were asked for is a refusal. */
function refusalIn(answer: TableAnswer): string | null {
  return 'durations' in answer || meaningOf(answer.code) !== null ? null : answer.code;
}

/** OSRM says with a status of 400 what Mapbox says with one of 200. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof MapServiceUnavailable)) return null;
  return error.status !== null && error.status < 500 ? error.code : null;
}

function meaningOf(code: string): (typeof MEANINGS)[keyof typeof MEANINGS] | null {
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code as keyof typeof MEANINGS] : null;
}

function timesOf(seconds: readonly (number | null)[], metres: readonly (number | null)[]): TravelTime[] {
  return seconds.map((duration, index) => {
    if (duration === null) return UNREACHABLE;
    const distance = metres[index] ?? null;
    return { minutes: duration / 60, routeKm: distance === null ? null : distance / 1000, source: 'routed' };
  });
}
