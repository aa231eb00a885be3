import { distanceKmFrom } from '../../geo/distance.ts';
import type { GeocodeCandidate } from '../../geo/geocoder.ts';

/** What a geocoder's candidates come to. */
export type Verdict =
  /** One place, surely enough to go on without asking. */
  | { readonly verdict: 'clear'; readonly candidate: GeocodeCandidate }
  /** Several places, equally likely: a choice. */
  | { readonly verdict: 'ambiguous'; readonly candidates: readonly GeocodeCandidate[] }
  /** One place, but not surely the one that is meant: a confirmation. */
  | { readonly verdict: 'imprecise'; readonly candidate: GeocodeCandidate }
  | { readonly verdict: 'none' };

const STRENGTH = { exact: 3, high: 2, medium: 1, low: 0 } as const;

/** Candidates that lie this close together are one place: three to four minutes on foot. */
const SAME_PLACE_KM = 0.25;

/** Decides by the candidates of the greatest confidence whether a person has to be asked. */
export function judgeCandidates(candidates: readonly GeocodeCandidate[]): Verdict {
  const strongest = Math.max(...candidates.map(({ confidence }) => STRENGTH[confidence]));
  const [first, ...others] = candidates.filter(({ confidence }) => STRENGTH[confidence] === strongest);
  if (!first) return { verdict: 'none' };
  if (others.some((other) => !isSamePlace(first, other))) {
    return { verdict: 'ambiguous', candidates: [first, ...others] };
  }
  return { verdict: strongest >= STRENGTH.high ? 'clear' : 'imprecise', candidate: first };
}

function isSamePlace({ location: one }: GeocodeCandidate, { location: other }: GeocodeCandidate): boolean {
  return distanceKmFrom(one)(other) <= SAME_PLACE_KM;
}
