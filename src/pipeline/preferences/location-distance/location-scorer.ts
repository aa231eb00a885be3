import { NEUTRAL_SCORE } from '../neutral-score.ts';
import type { Assessment } from '../preference-type.ts';
import type { Leg } from './leg.ts';
import type { LegRating, LocationLeg } from './location-facts.ts';
import type { WishedLocation } from './location-payload.ts';

/** Up to this share of the limit a way is ideal. */
const IDEAL_SHARE = 0.6;
/** The share of the limit that scores one half. */
const HALF_SCORE_SHARE = 1.5;
/** How steeply the score falls around it. */
const STEEPNESS = 4;

/**
 * The score of a way that takes `share` of its limit (1 is exactly the limit): `1 / (1 + (share / 1.5)^4)`, a Hill
 * function (A. V. Hill, J. Physiol. 40, 1910). It falls strictly, from 1 at no distance over 0.98 at 60 % of the limit
 * and 0.84 at the limit to one half at one and a half times the limit and 0.05 at three times: a minute within the wish
 * matters little, one just beyond it most, and among far ones the nearer still scores better.
 */
export function legScore(share: number): number {
  return 1 / (1 + (share / HALF_SCORE_SHARE) ** STEEPNESS);
}

/** How much of its limit a way takes; the greater share where a wish has two limits. Infinity where unreachable. */
export function shareOfLimit(wished: WishedLocation, way: { distanceKm: number; minutes: number | null }): number {
  const ofTime = wished.max_travel_minutes === undefined ? 0 : (way.minutes ?? Infinity) / wished.max_travel_minutes;
  const ofDistance = wished.max_distance_km === undefined ? 0 : way.distanceKm / wished.max_distance_km;
  return Math.max(ofTime, ofDistance);
}

/** The same of the way to the candidate at `index`; null while nothing is known of it. */
export function shareAt({ wished, ways }: Leg, index: number): number | null {
  const distanceKm = ways?.distancesKm[index];
  if (distanceKm === undefined) return null;
  return shareOfLimit(wished, { distanceKm, minutes: numberOrNull(ways?.minutes?.[index]) });
}

function ratingOf(share: number): LegRating {
  if (share <= IDEAL_SHARE) return 'ideal';
  return share <= 1 ? 'acceptable' : 'too_far';
}

/** What there is to say of one leg for the candidate at `index`. */
export function describeLeg(leg: Leg, index: number): LocationLeg {
  const { wished, ways } = leg;
  const share = shareAt(leg, index);
  const timed = wished.max_travel_minutes !== undefined;
  return {
    location: wished.name,
    transportMode: wished.transport_mode ?? null,
    distanceKm: ways?.distancesKm[index] ?? null,
    routeKm: numberOrNull(ways?.routesKm?.[index]),
    travelMinutes: numberOrNull(ways?.minutes?.[index]),
    maxDistanceKm: wished.max_distance_km ?? null,
    maxTravelMinutes: wished.max_travel_minutes ?? null,
    rating: share === null ? 'unknown' : ratingOf(share),
    source: timed && ways ? (ways.routed ? 'routed' : 'estimated') : 'straight_line',
    score: share === null ? null : legScore(share),
  };
}

/**
 * What a wish says of every candidate: the mean of its legs' scores, those that are known. A leg whose place is not
 * known counts in no mean and leaves the wish unsatisfied; while its place is open, it may still become anything from
 * 0 to 1. A wish of which no leg is known scores NEUTRAL_SCORE.
 */
export function assessLegs(legs: readonly Leg[], candidates: number): Assessment[] {
  const open = legs.filter(({ place }) => place.status === 'open').length;
  const given = legs.every(({ place }) => place.status !== 'unknown');
  const known = legs.filter(({ ways }) => ways);
  return Array.from({ length: candidates }, (_, index) => {
    let sum = 0;
    let within = true;
    for (const leg of known) {
      const share = shareAt(leg, index) ?? Infinity;
      sum += legScore(share);
      within &&= share <= 1;
    }
    const score = known.length === 0 ? NEUTRAL_SCORE : sum / known.length;
    return {
      score,
      satisfied: within && given && open === 0,
      unknown: within && !(given && open === 0),
      lowest: open === 0 ? score : sum / (known.length + open),
      highest: open === 0 ? score : (sum + open) / (known.length + open),
      canSatisfy: within && given,
    };
  });
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
