import { distanceKmFrom } from '../../../geo/distance.ts';
import { estimatedMinutes } from '../../../geo/estimated-travel-times.ts';
import {
  type TravelTime,
  type TravelTimes,
  type TravelTimeSource,
  TravelTimesUnavailable,
} from '../../../geo/travel-times.ts';
import type { CandidateCenter } from '../../../db/centers.ts';
import type { Point, TransportMode } from '../../../protocol.ts';
import type { RunContext } from '../../run-context.ts';
import type { Leg, Ways } from './leg.ts';
import { LegTimes } from './leg-times.ts';

/** What the ways to the candidates are calculated with. */
export interface Calculation {
  readonly run: RunContext;
  readonly preferenceId: string;
  readonly travelTimes: TravelTimes;
  /** Those that could not be asked in this run, for whichever place. */
  readonly unavailable: Set<TravelTimeSource>;
  readonly candidates: readonly CandidateCenter[];
  indexOf(centerId: string): number;
  /** Hears of each batch of a location that was asked for. */
  onBatch(leg: Leg, batch: number): Promise<void>;
  /** Hears when a batch has to wait for its turn. */
  onWait(leg: Leg, batch: number): Promise<void>;
}

/** What became of one batch, as it is recorded: nothing that was paid for is asked for again. */
type Batch =
  | { readonly status: 'answered'; readonly ways: readonly AnsweredWay[] }
  | { readonly status: 'unavailable' };

/** By the center's id: a replay may come upon other candidates, in another order. */
type AnsweredWay = readonly [
  centerId: string,
  minutes: TravelTime['minutes'],
  routeKm: TravelTime['routeKm'],
  source: TravelTime['source'],
];

/** The ways of a leg whose place is known, as far as they cost nothing: distances, and the least that times can be. */
export async function beginWays(leg: Leg, calculation: Calculation): Promise<Leg> {
  if (leg.place.status !== 'known' || leg.ways) return leg;
  const { candidates, travelTimes, run } = calculation;
  const origin = leg.place.location;
  const destinations = candidates.map(({ location }) => location);
  const distancesKm = Float64Array.from(destinations, distanceKmFrom(origin));
  const mode = timedMode(leg);
  if (mode === null) return { ...leg, ways: { distancesKm, times: null } };
  const source = travelTimes.by(mode);
  const times = new LegTimes(distancesKm.map((distanceKm) => source.leastMinutes(distanceKm)));
  if (isFree(source)) {
    const all = await source.travelTimes({ origin, destinations, signal: run.signal });
    for (const [index, time] of all.entries()) times.put(index, time);
  }
  return { ...leg, ways: { distancesKm, times } };
}

/**
 * Asks for the times of a leg to the first of the centers at these indexes, those that are still open, as many as go into
 * a request. Where the service cannot be asked, all that is open becomes an estimate.
 */
export async function askForTimes(leg: Leg, wanted: readonly number[], calculation: Calculation): Promise<void> {
  const { place, ways } = leg;
  const mode = timedMode(leg);
  if (place.status !== 'known' || !ways?.times || mode === null) return;
  const { times } = ways;
  const source = calculation.travelTimes.by(mode);
  for (;;) {
    const [first, ...others] = wanted.filter((index) => times.isOpen(index));
    if (first === undefined) return;
    if (calculation.unavailable.has(source)) return degrade(ways, times, mode);
    const open = [first, ...others].slice(0, source.batchSize);
    const number = times.nextBatch();
    const batch = await askForBatch({ leg, number, open, origin: place.location, source }, calculation);
    if (batch.status === 'unavailable') {
      calculation.unavailable.add(source);
      return degrade(ways, times, mode);
    }
    for (const [id, minutes, routeKm, from] of batch.ways) {
      times.put(calculation.indexOf(id), { minutes, routeKm, source: from });
    }
    await calculation.onBatch(leg, number);
    // It may have been recorded for other centers: then these are in the next.
    if (!times.isOpen(first)) return;
  }
}

/** Whether times of it cost nothing. */
export function isFree(source: TravelTimeSource): boolean {
  return source.batchSize === Infinity;
}

interface BatchRequest {
  readonly leg: Leg;
  readonly number: number;
  readonly open: readonly number[];
  readonly origin: Point;
  readonly source: TravelTimeSource;
}

async function askForBatch({ leg, number, open, origin, source }: BatchRequest, using: Calculation): Promise<Batch> {
  const { run, candidates, preferenceId } = using;
  const centers = open.flatMap((index) => candidates[index] ?? []);
  const destinations = centers.map(({ location }) => location);
  return run.step<Batch>(`ways:${preferenceId}:${leg.wished.name.toLowerCase()}:${number}`, async (signal) => {
    try {
      const onWait = (): Promise<void> => using.onWait(leg, number);
      const times = await source.travelTimes({ origin, destinations, signal, onWait });
      // Of an answer about other ways than those that were asked for nobody knows which it is about.
      if (times.length !== centers.length) return { status: 'unavailable' };
      return { status: 'answered', ways: times.map((time, index) => answeredWay(centers[index], time)) };
    } catch (error) {
      if (error instanceof TravelTimesUnavailable) return { status: 'unavailable' };
      throw error;
    }
  });
}

function answeredWay(center: CandidateCenter | undefined, { minutes, routeKm, source }: TravelTime): AnsweredWay {
  return [center?.id ?? '', minutes, routeKm, source];
}

function degrade({ distancesKm }: Ways, times: LegTimes, mode: TransportMode): void {
  times.degrade((index) => estimatedMinutes(mode, distancesKm[index] ?? Infinity));
}

/** By which mode a leg is timed; null where its wish has no travel time. */
function timedMode({ wished }: Leg): TransportMode | null {
  const { max_travel_minutes: limit, transport_mode: mode } = wished;
  return limit === undefined || mode === undefined ? null : mode;
}
