import { z } from 'zod';

/** What a care_hours match says beside the common fields. */
export const careHoursFacts = z.object({
  uncoveredMinutes: z.int().nullable().meta({
    description:
      'Minutes a week, 0 to 10080, that the wish asks for and the center is closed; null where its hours are unknown.',
  }),
});
export type CareHoursFacts = z.infer<typeof careHoursFacts>;
