import { z } from 'zod';
import type { Center } from '../../protocol.ts';
import { type Shape, count, timestamp } from './shape.ts';

const text = z.string();

/** A childcare center in full. */
export const center = z
  .strictObject({
    id: text.describe('The same as Offer.centerId.'),
    name: text.describe('Its name.'),
    address: text.describe('Street, number and city on one line.'),
    district: text.nullable().describe('The part of the city.'),
    latitude: z.number().min(-90).max(90).describe('Degrees, -90 to 90, WGS84.'),
    longitude: z.number().min(-180).max(180).describe('Degrees, -180 to 180, WGS84.'),
    languages: z.array(text).describe('ISO 639-1 codes, such as `de`; empty where unknown.'),
    pedagogy: text.nullable().describe('Its concept, such as `montessori`.'),
    openingHours: text.nullable().describe('OpenStreetMap opening_hours syntax, such as `Mo-Fr 07:00-17:00`.'),
    capacity: count.nullable().describe('Places in all.'),
    freePlaces: count.nullable().describe('Places that were free at freePlacesUpdatedAt.'),
    freePlacesUpdatedAt: timestamp.nullable().describe('When freePlaces was last known.'),
    minAgeMonths: count.nullable().describe('Youngest age taken, in months.'),
    maxAgeMonths: count.nullable().describe('Oldest age taken, in months.'),
    website: text.nullable().describe('A URL.'),
    phone: text.nullable().describe('A telephone number as it is dialled.'),
  } satisfies Shape<Center>)
  .meta({ id: 'Center', description: 'A childcare center. Null is always: not known.' });
