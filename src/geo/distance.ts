import CheapRuler from 'cheap-ruler';
import type { Point } from '../protocol.ts';

/**
 * Kilometres in a straight line from one place to others, on the WGS84 ellipsoid by cheap-ruler's local flat
 * approximation: off by less than 0.1 % over a city's distances.
 */
export function distanceKmFrom(origin: Point): (to: Point) => number {
  const ruler = new CheapRuler(origin.latitude, 'kilometers');
  const from: [number, number] = [origin.longitude, origin.latitude];
  return ({ longitude, latitude }) => ruler.distance(from, [longitude, latitude]);
}
