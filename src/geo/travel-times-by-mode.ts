import { TRANSPORT_MODES, type TransportMode } from '../protocol.ts';
import type { TravelTimes, TravelTimeSource } from './travel-times.ts';

/** `walking`, `walking and bike`, `walking, bike and car`. */
const listed = new Intl.ListFormat('en-GB');

/**
 * Travel times from a source for each mode. The name is that of the one source where every mode has the same, otherwise
 * it says which is for what, such as `osrm for walking and bike, mapbox for car, estimate for public transport`.
 */
export function createTravelTimesByMode(sources: Readonly<Record<TransportMode, TravelTimeSource>>): TravelTimes {
  return { name: nameOf(sources), by: (mode) => sources[mode] };
}

function nameOf(sources: Readonly<Record<TransportMode, TravelTimeSource>>): string {
  const modesByName = Map.groupBy(TRANSPORT_MODES, (mode) => sources[mode].name);
  if (modesByName.size === 1) return sources.walking.name;
  // What is only estimated is said last.
  const names = [...modesByName].toSorted(
    ([one], [other]) => Number(one === 'estimate') - Number(other === 'estimate'),
  );
  return names.map(([name, modes]) => `${name} for ${listed.format(modes.map(inWords))}`).join(', ');
}

function inWords(mode: TransportMode): string {
  return mode.replaceAll('_', ' ');
}
