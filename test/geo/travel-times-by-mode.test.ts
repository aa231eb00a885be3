import { describe, expect, test } from 'vitest';
import { createEstimatedSource } from '../../src/geo/estimated-travel-times.ts';
import { createTravelTimesByMode } from '../../src/geo/travel-times-by-mode.ts';
import type { TravelTimeSource } from '../../src/geo/travel-times.ts';
import { TRANSPORT_MODES } from '../../src/protocol.ts';

function named(name: string): TravelTimeSource {
  return { ...createEstimatedSource('walking'), name };
}

describe('travel times by mode', () => {
  test('ask the source of the mode', () => {
    const sources = {
      walking: named('osrm'),
      bike: named('osrm'),
      public_transport: named('otp'),
      car: named('mapbox'),
    };
    const travelTimes = createTravelTimesByMode(sources);
    for (const mode of TRANSPORT_MODES) expect(travelTimes.by(mode)).toBe(sources[mode]);
  });

  test('are called by their source where all modes have the same', () => {
    const all = named('estimate');
    const { name } = createTravelTimesByMode({ walking: all, bike: all, public_transport: all, car: all });
    expect(name).toBe('estimate');
  });

  test('say which source is for which modes, and the estimate last', () => {
    const [osrm, mapbox, estimate] = [named('osrm'), named('mapbox'), named('estimate')];
    const mixed = createTravelTimesByMode({ walking: osrm, bike: osrm, public_transport: estimate, car: mapbox });
    expect(mixed.name).toBe('osrm for walking and bike, mapbox for car, estimate for public transport');
    const usual = createTravelTimesByMode({ walking: mapbox, bike: mapbox, public_transport: estimate, car: mapbox });
    expect(usual.name).toBe('mapbox for walking, bike and car, estimate for public transport');
  });
});
