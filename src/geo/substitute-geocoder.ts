import { type Geocoded, type Geocoder, type GeocodeRequest, GeocoderUnavailable } from './geocoder.ts';

/**
 * A geocoder whose part another takes while it cannot be asked. Where the substitute knows nothing either, it is
 * unavailable: nobody has said that there is no such place.
 */
export function withSubstitute(geocoder: Geocoder, substitute: Geocoder): Geocoder {
  return {
    name: geocoder.name,
    async geocode(request) {
      try {
        return await geocoder.geocode(request);
      } catch (thrown) {
        if (!(thrown instanceof GeocoderUnavailable)) throw thrown;
        const candidates = await candidatesOf(substitute, request);
        if (candidates.length === 0) throw thrown;
        return { candidates, bySubstitute: true };
      }
    },
  };
}

async function candidatesOf(substitute: Geocoder, request: GeocodeRequest): Promise<Geocoded['candidates']> {
  try {
    return (await substitute.geocode(request)).candidates;
  } catch (thrown) {
    if (thrown instanceof GeocoderUnavailable) return [];
    throw thrown;
  }
}
