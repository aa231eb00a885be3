import { z } from 'zod';
import { clockMinutes } from './clock-time.ts';

/** The days of the week, Monday first. */
export const CARE_DAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;

const day = z.enum(CARE_DAYS, { error: `each day is one of ${CARE_DAYS.join(', ')}` });

const from = z
  .string({ error: 'from is needed: a time such as "06:30"' })
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'from must be a time from 00:00 to 23:59, such as "06:30"');

const to = z
  .string({ error: 'to is needed: a time such as "18:00"' })
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'to must be a time from 00:00 to 24:00, such as "18:00"');

/** The payload of a care_hours preference: care from `from` to `to` on each of the days. Days come out once, in order. */
export const careHoursPayload = z
  .object({
    days: z
      .array(day, { error: 'days is needed: a list such as ["mo", "fr"]' })
      .min(1, 'days must name at least one day')
      .transform((days) => CARE_DAYS.filter((known) => days.includes(known))),
    from,
    to,
  })
  // Not "from < to": a time that could not be read has its own message already.
  .refine((wish) => !(clockMinutes(wish.from) >= clockMinutes(wish.to)), {
    path: ['to'],
    error: 'to must be later than from, on the same day',
  });
export type CareHoursPayload = z.infer<typeof careHoursPayload>;
