import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { Center } from '../../protocol.ts';
import { component } from './described.ts';
import { type Shape, count, timestamp } from './shape.ts';

const text = z.string();

/** A childcare center in full. */
export const center = component('Center', DESCRIPTIONS.Center, {
  id: text,
  name: text,
  address: text,
  district: text.nullable(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  languages: z.array(text),
  pedagogy: text.nullable(),
  openingHours: text.nullable(),
  capacity: count.nullable(),
  freePlaces: count.nullable(),
  freePlacesUpdatedAt: timestamp.nullable(),
  minAgeMonths: count.nullable(),
  maxAgeMonths: count.nullable(),
  website: text.nullable(),
  phone: text.nullable(),
} satisfies Shape<Center>);
