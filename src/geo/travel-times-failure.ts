import { MapServiceUnavailable } from './map-service.ts';
import { TravelTimesUnavailable } from './travel-times.ts';

/** A service's own word for an error, such as `NoSegment` or `SYSTEM_ERROR`: letters alone can hold no coordinate. */
const CODE = /^[A-Za-z_]{1,60}$/u;

/**
 * What to throw when a map service could not be asked: TravelTimesUnavailable in its place, with neither URL nor cause;
 * whatever else was thrown, such as the reason of an aborted signal, as it is.
 *
 * @param source The name of the source of travel times, such as `osrm`.
 */
export function travelTimesFailure(source: string, thrown: unknown): unknown {
  if (!(thrown instanceof MapServiceUnavailable)) return thrown;
  const { failure, status, code } = thrown;
  // The code of an answer of the wrong shape says nothing: it may well be `Ok`.
  const word = code === null || failure === 'garbled' ? null : codeInWords(code);
  const parts = [failure, status, word].filter((part) => part !== null);
  return new TravelTimesUnavailable(`${source} could not be asked for travel times: ${parts.join(' ')}`);
}

/** The service answered, but with an error of its own. */
export function travelTimesRefused(source: string, code: string): TravelTimesUnavailable {
  return new TravelTimesUnavailable(`${source} gave no travel times: ${codeInWords(code)}`);
}

function codeInWords(code: string): string {
  return CODE.test(code) ? code : 'an error of its own';
}
