import type { Point } from '../../protocol.ts';
import type { Confidence } from '../geocoder.ts';
import type { Building, Street } from './entries.ts';
import type { BuildingAddress, Place } from './index.ts';
import type { HouseNumber } from './parse-address.ts';
import { positionOf } from './position.ts';

/** A place that may be meant: a candidate, with what it is judged by. */
export interface Spot {
  readonly kind: Place['kind'];
  /** The address up to its postcode. */
  readonly address: string;
  readonly postcode: string;
  /** False for a street of several postcodes, where that of a house number is not known. */
  readonly postcodeKnown: boolean;
  readonly locality: string;
  readonly location: Point;
  readonly confidence: Confidence;
  /** The middle of the whole place, and how far from there it may still be it, in kilometres. */
  readonly middle: Point;
  readonly reachKm: number;
}

/**
 * Up to this length a street's middle is its address within walking minutes: 0.9 km, eleven minutes, at most. A longer
 * one without a position along it is a wide place.
 */
const SHORT_STREET_KM = 1.8;

/** What a place is with a house number: null for a building's address where the number is another one. */
export function spotOf(place: Place, number: HouseNumber | null): Spot | null {
  switch (place.kind) {
    case 'street':
      return streetSpot(place.street, number);
    case 'building':
      return buildingSpot(place.building);
    case 'address':
      return addressSpot(place.address, number);
  }
}

/** `[latitude, longitude]` as a point. */
export function pointAt([latitude, longitude]: readonly [number, number]): Point {
  return { latitude, longitude };
}

function streetSpot(street: Street, number: HouseNumber | null): Spot {
  const { name, postcode, locality, at, lengthKm } = street;
  const position = number === null ? null : positionOf(street, number.value);
  const short = lengthKm <= SHORT_STREET_KM;
  return {
    kind: 'street',
    address: number === null ? name : `${name} ${number.text}`,
    postcode,
    postcodeKnown: short,
    locality,
    location: pointAt(position ?? at),
    confidence: position !== null ? 'exact' : short ? 'high' : 'medium',
    middle: pointAt(at),
    reachKm: lengthKm / 2,
  };
}

function buildingSpot({ name, address, postcode, locality, at }: Building): Spot {
  const location = pointAt(at);
  return {
    kind: 'building',
    address: `${name}, ${address}`,
    postcode,
    postcodeKnown: true,
    locality,
    location,
    confidence: 'exact',
    middle: location,
    reachKm: 0,
  };
}

function addressSpot({ building, street, first, lastValue }: BuildingAddress, number: HouseNumber | null): Spot | null {
  if (number === null) return null;
  const within = number.value >= first.value && number.value <= lastValue;
  const same = number.text === first.text || (lastValue > first.value && within);
  return same ? { ...buildingSpot(building), kind: 'address', address: `${street} ${number.text}` } : null;
}
