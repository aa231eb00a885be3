import type { Preparation } from '../preference-type.ts';
import type { Leg } from './leg.ts';
import type { LocationPayload, WishedLocation } from './location-payload.ts';
import { HOME, type PlaceRequest } from '../../places/places.ts';

/** The legs of a wish, none of them resolved. */
export function legsOf(payload: LocationPayload, preferenceId: string): Leg[] {
  return payload.locations.map((wished) => ({
    wished,
    request: requestOf(wished, preferenceId),
    place: { status: 'open' },
    ways: null,
  }));
}

/** What the places are that are known without asking anybody. The others stay open. */
export async function resolveKnown(legs: readonly Leg[], { places, run }: Preparation): Promise<Leg[]> {
  return run.all(
    legs.map((leg) => async () => {
      const location = await places.lookUp(leg.request);
      return location ? { ...leg, place: { status: 'known', location } as const } : leg;
    }),
  );
}

/**
 * Finds out what the places are that are still open, by asking; afterwards none is. All are asked for together, and each
 * that is answered is told at once, whatever becomes of the others.
 */
export async function resolveOpen(
  legs: readonly Leg[],
  { places, run }: Pick<Preparation, 'places' | 'run'>,
  { matters, onResolved }: { matters: () => boolean; onResolved: (leg: Leg, place: Leg['place']) => void },
): Promise<void> {
  const open = legs.filter(({ place }) => place.status === 'open');
  await run.all(
    open.map((leg) => async () => {
      const outcome = await places.resolve(leg.request, matters);
      onResolved(
        leg,
        outcome.known ? { status: 'known', location: outcome.location } : { status: 'unknown', reason: outcome.reason },
      );
    }),
  );
}

/** `home` is the parent's own, whatever the wish says of it besides. */
function requestOf(wished: WishedLocation, preferenceId: string): PlaceRequest {
  const { name, address, latitude, longitude } = wished;
  if (name.toLowerCase() === HOME) {
    return { name: HOME, preferenceId: null, requiredFor: 'distance_calculation', address: null, location: null };
  }
  const location = latitude === undefined || longitude === undefined ? null : { latitude, longitude };
  return { name, preferenceId, requiredFor: 'distance_calculation', address: address ?? null, location };
}
