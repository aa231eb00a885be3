import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { TimeOfDay } from '../config.ts';
import type { Point } from '../protocol.ts';
import { distanceKmFrom } from './distance.ts';
import { estimatedTime } from './estimated-travel-times.ts';
import { leastMinutesAtHighestSpeed } from './highest-speeds.ts';
import { mapInTurns } from './map-in-turns.ts';
import type { MapService } from './map-service.ts';
import { onNextWorkingDay } from './next-working-day.ts';
import { otpAnswer, PLAN_QUERY, readPlan } from './otp-plan.ts';
import { travelTimesFailure, travelTimesRefused } from './travel-times-failure.ts';
import type { TravelTime, TravelTimeRequest, TravelTimeSource } from './travel-times.ts';

const NAME = 'otp';
const MOST_DESTINATIONS = 8;
/** A plan takes the server some hundred milliseconds of a processor. */
const MOST_AT_ONCE = 4;

export interface OtpTravelTimesOptions {
  readonly service: MapService;
  /** Such as `http://127.0.0.1:8080`, without a slash at its end. */
  readonly baseUrl: string;
  /** When to be there, on the next working day. */
  readonly arriveBy: TimeOfDay;
  /** A name of the IANA database. */
  readonly timeZone: string;
  readonly clock: Clock;
}

/**
 * Travel times by public transport from OpenTripPlanner 2: the quickest of the last connections that arrive in time, its
 * waits and walks included, or the walk where that is what it plans. Asks for one destination a call. Where it finds
 * walking better and plans nothing, the time is the estimate for walking; for a place that it does not cover it is the
 * estimate for public transport.
 */
export function createOtpTravelTimes(options: OtpTravelTimesOptions): TravelTimeSource {
  const { arriveBy, timeZone, clock } = options;
  return {
    name: NAME,
    batchSize: MOST_DESTINATIONS,
    async travelTimes(request) {
      request.signal.throwIfAborted();
      const latestArrival = onNextWorkingDay(clock.now(), arriveBy, timeZone);
      const distanceKm = distanceKmFrom(request.origin);
      return mapInTurns(request.destinations, { atOnce: MOST_AT_ONCE, signal: request.signal }, (to, signal) =>
        timeTo({ ...request, signal, to, km: distanceKm(to), latestArrival }, options),
      );
    },
    leastMinutes: (distanceKm) => leastMinutesAtHighestSpeed('public_transport', distanceKm),
  };
}

interface Wanted extends TravelTimeRequest {
  readonly to: Point;
  /** In a straight line. */
  readonly km: number;
  readonly latestArrival: string;
}

async function timeTo({ km, ...wanted }: Wanted, { service, baseUrl }: OtpTravelTimesOptions): Promise<TravelTime> {
  const plan = readPlan(await planOf({ km, ...wanted }, service, baseUrl));
  switch (plan.status) {
    case 'planned':
      return {
        minutes: plan.seconds / 60,
        routeKm: plan.metres === null ? null : plan.metres / 1000,
        source: 'routed',
      };
    case 'unreachable':
      return { minutes: null, routeKm: null, source: 'routed' };
    case 'walk':
      return estimatedTime('walking', km);
    case 'not_covered':
      return estimatedTime('public_transport', km);
    case 'refused':
      throw travelTimesRefused(NAME, plan.code);
  }
}

async function planOf({ origin, to, latestArrival, signal, onWait }: Wanted, service: MapService, baseUrl: string) {
  const variables = { origin: locationOf(origin), destination: locationOf(to), latestArrival };
  try {
    return await service.request({
      url: new URL(`${baseUrl}/otp/gtfs/v1`),
      body: { query: PLAN_QUERY, variables },
      answer: otpAnswer,
      refusalIn,
      signal,
      ...(onWait && { onWait }),
    });
  } catch (error) {
    throw travelTimesFailure(NAME, error);
  }
}

function refusalIn(answer: z.infer<typeof otpAnswer>): string | null {
  const plan = readPlan(answer);
  return plan.status === 'refused' ? plan.code : null;
}

function locationOf({ longitude, latitude }: Point) {
  return { location: { coordinate: { latitude, longitude } } };
}
