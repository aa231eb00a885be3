import { createHash } from 'node:crypto';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { leastMinutesAtHighestSpeed } from '../../src/geo/highest-speeds.ts';
import {
  type TravelTime,
  type TravelTimeRequest,
  type TravelTimes,
  type TravelTimeSource,
  TravelTimesUnavailable,
} from '../../src/geo/travel-times.ts';
import { type Point, TRANSPORT_MODES, type TransportMode } from '../../src/protocol.ts';

export interface MadeUpTravelTimesOptions {
  /** Another seed is another city. */
  readonly seed?: number;
  /** Of the ways, how many there are not: 0 to 1. Default 0.05. */
  readonly unreachable?: number;
  /** The most destinations of a request; Infinity, the default: all are asked for at once. */
  readonly batchSize?: number;
  /** Fails after so many requests, and goes on failing. */
  readonly failsAfter?: number;
}

/** Routed times of a made-up city: the same for the same two points, never below the highest plausible speed. */
export class MadeUpTravelTimes implements TravelTimes {
  readonly name = 'made up';
  readonly #options: MadeUpTravelTimesOptions;
  readonly #sources = new Map<TransportMode, TravelTimeSource>();
  /** Destinations of each request, in order. */
  readonly requests: number[] = [];
  /** What was asked for, way by way. */
  readonly asked: string[] = [];

  constructor(options: MadeUpTravelTimesOptions = {}) {
    this.#options = options;
  }

  by(mode: TransportMode): TravelTimeSource {
    const source = this.#sources.get(mode) ?? this.#sourceOf(mode);
    this.#sources.set(mode, source);
    return source;
  }

  #sourceOf(mode: TransportMode): TravelTimeSource {
    return {
      name: 'made up',
      batchSize: this.#options.batchSize ?? Infinity,
      travelTimes: async (request) => this.#answer(mode, request),
      leastMinutes: (distanceKm) => leastMinutesAtHighestSpeed(mode, distanceKm),
    };
  }

  #answer(mode: TransportMode, { origin, destinations, signal }: TravelTimeRequest): readonly TravelTime[] {
    signal.throwIfAborted();
    this.requests.push(destinations.length);
    if (this.requests.length > (this.#options.failsAfter ?? Infinity)) throw new TravelTimesUnavailable();
    this.asked.push(...destinations.map((to) => wayKey(origin, to, mode)));
    return destinations.map((to) => this.#time(origin, to, mode));
  }

  #time(from: Point, to: Point, mode: TransportMode): TravelTime {
    const { seed = 1, unreachable = 0.05 } = this.#options;
    const digest = createHash('sha1')
      .update(`${seed} ${wayKey(from, to, mode)}`)
      .digest();
    const [chance, slowness] = [digest.readUInt16BE(0) / 65_536, digest.readUInt16BE(2) / 65_536];
    if (chance < unreachable) return { minutes: null, routeKm: null, source: 'routed' };
    const distanceKm = distanceKmFrom(from)(to);
    // From exactly as fast as is plausible to nearly three times as slow.
    const minutes = leastMinutesAtHighestSpeed(mode, distanceKm) * (1 + 1.9 * slowness);
    return { minutes, routeKm: distanceKm * 1.3, source: 'routed' };
  }
}

function wayKey(from: Point, to: Point, mode: TransportMode): string {
  return [TRANSPORT_MODES.indexOf(mode), from.longitude, from.latitude, to.longitude, to.latitude].join(' ');
}
