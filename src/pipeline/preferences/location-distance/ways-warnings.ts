import { estimatedReachKm } from '../../../geo/estimated-travel-times.ts';
import type { MatchingInput, Warning } from '../../../protocol.ts';
import { fieldOf } from '../../places/place-texts.ts';
import type { Leg } from './leg.ts';
import type { WishedLocation } from './location-payload.ts';
import { waysTexts } from './ways-texts.ts';

/** What is to be said of the ways of a wish: that they were not searched as far as it reaches, or are not routed. */
export function waysWarnings(
  legs: readonly Leg[],
  { locale, maxDistanceKm }: Pick<MatchingInput, 'locale' | 'maxDistanceKm'>,
): Warning[] {
  const texts = waysTexts[locale];
  return legs.flatMap(({ wished, ways }): Warning[] => {
    const field = fieldOf(wished);
    const { name } = wished;
    const warnings: Warning[] = [];
    if (reachesBeyond(wished, maxDistanceKm)) {
      warnings.push({ code: 'wish_wider_than_radius', field, message: texts.wider(name, maxDistanceKm) });
    }
    const times = ways?.times;
    if (!times) return warnings;
    if (times.isDegraded) warnings.push({ code: 'provider_unavailable', field, message: texts.unavailable(name) });
    if (times.count('estimated') > 0) {
      const message = times.count('routed') > 0 ? texts.partlyEstimated(name) : texts.estimated(name);
      warnings.push({ code: 'estimated_travel_time', field, message });
    }
    return warnings;
  });
}

/** By the usual speed, whoever is asked for the times: the greatest speed would reach beyond nearly every search. */
function reachesBeyond(wished: WishedLocation, radiusKm: number): boolean {
  const { transport_mode: mode, max_travel_minutes: minutes, max_distance_km: km } = wished;
  const byTime = mode !== undefined && minutes !== undefined ? estimatedReachKm(mode, minutes) : Infinity;
  const reachKm = Math.min(km ?? Infinity, byTime);
  return Number.isFinite(reachKm) && reachKm > radiusKm;
}
