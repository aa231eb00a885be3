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
function shareOfLimit(wished: WishedLocation, way: { distanceKm: number; minutes: number | null }): number {
  const ofTime = wished.max_travel_minutes === undefined ? 0 : (way.minutes ?? Infinity) / wished.max_travel_minutes;
  const ofDistance = wished.max_distance_km === undefined ? 0 : way.distanceKm / wished.max_distance_km;
  return Math.max(ofTime, ofDistance);
}

/**
 * The same of the way to the candidate at `index`, or the least that it can be while its time is open; null while nothing
 * is known of it.
 */
export function shareAt({ wished, ways }: Leg, index: number): number | null {
  const distanceKm = ways?.distancesKm[index];
  if (distanceKm === undefined) return null;
  return shareOfLimit(wished, { distanceKm, minutes: numberOrNull(ways?.times?.minutesAt(index)) });
}

function ratingOf(share: number): LegRating {
  if (share <= IDEAL_SHARE) return 'ideal';
  return share <= 1 ? 'acceptable' : 'too_far';
}

/** What there is to say of one leg for the candidate at `index`. */
export function describeLeg(leg: Leg, index: number): LocationLeg {
  const { wished, ways } = leg;
  const times = ways?.times ?? null;
  const state = times?.stateAt(index) ?? null;
  const share = state === 'open' ? null : shareAt(leg, index);
  return {
    location: wished.name,
    transportMode: wished.transport_mode ?? null,
    distanceKm: ways?.distancesKm[index] ?? null,
    routeKm: numberOrNull(times?.routeKmAt(index)),
    travelMinutes: state === 'open' ? null : numberOrNull(times?.minutesAt(index)),
    maxDistanceKm: wished.max_distance_km ?? null,
    maxTravelMinutes: wished.max_travel_minutes ?? null,
    rating: share === null ? 'unknown' : ratingOf(share),
    source: state === null || state === 'open' ? 'straight_line' : state,
    score: share === null ? null : legScore(share),
  };
}

/** What is known of all legs of a wish together. */
interface LegsOutlook {
  readonly legs: readonly Leg[];
  /** Those whose ways are known. */
  readonly known: readonly Leg[];
  /** How many places may yet become known. */
  readonly open: number;
  /** Whether no place stays unknown. */
  readonly given: boolean;
}

/** What the places of a wish's legs come to: the same for every candidate. */
export function outlookOf(legs: readonly Leg[]): LegsOutlook {
  return {
    legs,
    known: legs.filter(({ ways }) => ways),
    open: legs.filter(({ place }) => place.status === 'open').length,
    given: legs.every(({ place }) => place.status !== 'unknown'),
  };
}

/**
 * What a wish says of a candidate: the mean of its legs' scores, those that are known. A leg whose place is not known
 * counts in no mean and leaves the wish unsatisfied; while its place is open, it may still become anything from 0 to 1.
 * A leg whose time is open may become anything from 0 to what the least time scores. A wish of which no leg is known
 * scores NEUTRAL_SCORE.
 */
export function assessLegs({ known, open, given }: LegsOutlook, index: number): Assessment {
  let [best, worst] = [0, 0];
  let within = true;
  let isExact = true;
  for (const leg of known) {
    const share = shareAt(leg, index) ?? Infinity;
    const score = legScore(share);
    const isOpen = leg.ways?.times?.isOpen(index) ?? false;
    best += score;
    if (!isOpen) worst += score;
    isExact &&= !isOpen;
    within &&= share <= 1;
  }
  const score = known.length === 0 ? NEUTRAL_SCORE : best / known.length;
  const isGiven = given && open === 0;
  const isScored = open === 0 && isExact;
  const all = known.length + open;
  return {
    score,
    satisfied: within && isGiven && isExact,
    unknown: within && !isGiven,
    lowest: isScored ? score : worst / all,
    highest: open === 0 ? score : (best + open) / all,
    canSatisfy: within && given,
    isExact,
  };
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
