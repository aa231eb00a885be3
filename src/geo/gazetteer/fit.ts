import { distanceKmFrom } from '../distance.ts';
import type { Area, Gazetteer } from './index.ts';
import { pointAt, type Spot } from './spots.ts';

export const FITS = ['contradicts', 'near', 'fits'] as const;
/**
 * How well a place agrees with a part of the city that was named, worst first: `fits` it lies in it by the gazetteer;
 * `near` it may reach into it, or people there say so; `contradicts` it is elsewhere.
 */
export type Fit = (typeof FITS)[number];

/** What agreement is judged by. */
export type Judged = Pick<Spot, 'postcode' | 'locality' | 'middle' | 'reachKm'>;

/** How far beyond a place's own reach the center of a part of the city may lie that it is said to be in. */
const NEAR_KM = 1.2;

/** How well a place agrees with all that was named, where a name may mean several areas: that of the worst. */
export function fitOf(
  gazetteer: Gazetteer,
  spot: Judged,
  named: readonly (readonly Area[])[],
  postcodes: readonly string[],
): Fit {
  const fits = [
    ...named.map((areas) => Math.max(...areas.map((area) => FITS.indexOf(fitInArea(gazetteer, spot, area))))),
    ...postcodes.map((code) => FITS.indexOf(fitInPostcode(gazetteer, spot, code))),
  ];
  return FITS[Math.min(...fits, FITS.length - 1)] ?? 'contradicts';
}

function fitInArea(gazetteer: Gazetteer, spot: Judged, area: Area): Fit {
  if (area.kind === 'locality') {
    return spot.locality === area.locality.name ? 'fits' : nearOrNot(spot, [area.locality]);
  }
  const district = area.district.name;
  if (gazetteer.localities.get(spot.locality)?.district === district) return 'fits';
  return nearOrNot(
    spot,
    [...gazetteer.localities.values()].filter((locality) => locality.district === district),
  );
}

function fitInPostcode(gazetteer: Gazetteer, spot: Judged, code: string): Fit {
  if (spot.postcode === code) return 'fits';
  const postcode = gazetteer.postcodes.get(code);
  // A code of one large receiver has no place of its own that could contradict.
  return postcode === undefined ? 'near' : nearOrNot(spot, [postcode]);
}

function nearOrNot({ middle, reachKm }: Judged, centers: readonly { readonly at: readonly [number, number] }[]): Fit {
  const distanceKm = distanceKmFrom(middle);
  return centers.some(({ at }) => distanceKm(pointAt(at)) <= reachKm + NEAR_KM) ? 'near' : 'contradicts';
}
