import { z } from 'zod';
import { TRANSPORT_MODES } from '../../../protocol.ts';

const positive = (unit: string, most: number): z.ZodNumber =>
  z.number().gt(0, `must be above 0 ${unit}`).max(most, `must be at most ${most} ${unit}`);

const wishedLocation = z
  .object({
    name: z.string().trim().min(1, 'must name the location, such as work').max(60, 'must have at most 60 characters'),
    address: z.string().trim().min(1).max(256).optional(),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
    max_travel_minutes: positive('minutes', 600).optional(),
    transport_mode: z.enum(TRANSPORT_MODES).optional(),
    max_distance_km: positive('kilometres', 1000).optional(),
  })
  .refine((one) => (one.latitude === undefined) === (one.longitude === undefined), {
    message: 'latitude and longitude go together',
  })
  .refine((one) => one.max_travel_minutes !== undefined || one.max_distance_km !== undefined, {
    message: 'needs max_travel_minutes with a transport_mode, or max_distance_km',
  })
  .refine((one) => one.max_travel_minutes === undefined || one.transport_mode !== undefined, {
    message: 'max_travel_minutes needs a transport_mode',
  });

/** The payload of a location_distance preference: each location with a greatest travel time, or distance, or both. */
export const locationPayload = z
  .object({
    locations: z.array(wishedLocation).min(1, 'needs at least one location').max(10, 'holds 10 locations at most'),
  })
  .refine(({ locations }) => new Set(locations.map(({ name }) => name.toLowerCase())).size === locations.length, {
    message: 'each location needs a name of its own',
  });
export type LocationPayload = z.infer<typeof locationPayload>;
export type WishedLocation = LocationPayload['locations'][number];
