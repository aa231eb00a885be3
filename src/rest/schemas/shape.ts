import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';

/**
 * The fields of a zod object that says just what `Said` does: `z.strictObject({ … } satisfies Shape<Said>)` does not
 * compile once a field of the protocol is new, gone, renamed or of another type. Those in `LeftOut` are left out of an
 * answer where the protocol has null.
 */
export type Shape<Said, LeftOut extends keyof Said = never> = {
  readonly [Name in Exclude<keyof Said, LeftOut>]: z.ZodType<Said[Name]>;
} & {
  readonly [Name in LeftOut]: z.ZodExactOptional<z.ZodType<NonNullable<Said[Name]>>>;
};

/** A share or a score, 0 to 1. */
export const fraction = z.number().min(0).max(1);

/** A whole number of something, 0 or more. */
export const count = z.int().min(0);

/** A moment. */
export const timestamp = z
  .int()
  .min(0)
  .meta({ id: 'Timestamp', ...DESCRIPTIONS.Timestamp });
