import { distanceKmFrom } from '../../../geo/distance.ts';
import type { TravelTimes } from '../../../geo/travel-times.ts';
import type { Point } from '../../../protocol.ts';
import type { RunContext } from '../../run-context.ts';
import type { Leg, Ways } from './leg.ts';

/** What the ways to the candidates are calculated with. */
export interface Calculation {
  readonly run: RunContext;
  readonly travelTimes: TravelTimes;
  readonly destinations: readonly Point[];
  /** Hears of each location that is done. */
  onLocation(name: string): Promise<void>;
}

/** The ways of every leg whose place is known and whose ways are not; the other legs as they are. */
export async function calculateWays(legs: readonly Leg[], calculation: Calculation): Promise<Leg[]> {
  const calculated: Leg[] = [];
  for (const leg of legs) {
    if (leg.place.status !== 'known' || leg.ways) {
      calculated.push(leg);
      continue;
    }
    calculated.push({ ...leg, ways: await waysFrom(leg.place.location, leg, calculation) });
    await calculation.onLocation(leg.wished.name);
  }
  return calculated;
}

async function waysFrom(origin: Point, leg: Leg, { run, travelTimes, destinations }: Calculation): Promise<Ways> {
  const distancesKm = Float64Array.from(destinations, distanceKmFrom(origin));
  const { max_travel_minutes: limit, transport_mode: mode } = leg.wished;
  if (limit === undefined || mode === undefined) return { distancesKm, minutes: null, routesKm: null, routed: false };
  const times = await travelTimes.travelTimes({ origin, destinations, mode, signal: run.signal });
  return {
    distancesKm,
    minutes: Float64Array.from(times, ({ minutes }) => minutes ?? Number.NaN),
    routesKm: Float64Array.from(times, ({ routeKm }) => routeKm ?? Number.NaN),
    routed: times.some(({ source }) => source === 'routed'),
  };
}
