import { z } from 'zod';

const status = z.int().min(400).max(599);
const code = z.string().min(1).max(60);
const ms = z.int().min(0).max(3_600_000);

/** Every kind of fault, as a test scripts it and as it is posted to a running kit. */
export const FAULT = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rate_limited'), resetInMs: ms.exactOptional() }),
    z.strictObject({ kind: z.literal('status'), status, code: code.exactOptional() }),
    z.strictObject({ kind: z.literal('code'), code }),
    z.strictObject({ kind: z.literal('hang') }),
    z.strictObject({ kind: z.literal('slow'), ms }),
    z.strictObject({ kind: z.literal('half_body') }),
    z.strictObject({ kind: z.literal('cut') }),
    z.strictObject({ kind: z.literal('html') }),
    z.strictObject({ kind: z.literal('garbage') }),
    z.strictObject({ kind: z.literal('empty') }),
    z.strictObject({ kind: z.literal('out_of_range') }),
  ])
  .readonly();

/**
 * What goes wrong with an answer.
 *
 * - `rate_limited`: 429 with X-Rate-Limit-Interval, -Limit and -Reset, which is in whole epoch seconds and so up to a
 *   second later than `resetInMs`, 1000 unless given.
 * - `status`: that HTTP status, with a body in the provider's shape; `code` is the provider's own word for the error.
 * - `code`: HTTP 200 with a `code` that is not Ok (Matrix, OSRM), or with that routing error (OpenTripPlanner).
 * - `hang`: no answer ever, the connection kept. `slow`: a good answer, `ms` late.
 * - `half_body`: the content-length of the whole, half of it, then the connection is cut. `cut`: before a byte.
 * - `html`: 200 with a page. `garbage`: 200 with JSON of another shape.
 * - `empty`: no features, nothing but nulls, no edges. `out_of_range`: a coordinate beyond 90 and 180; a negative
 *   duration.
 */
export type Fault = z.infer<typeof FAULT>;

/** The faults that change what a good answer says; the provider itself makes them. */
export type Twist = Extract<Fault, { readonly kind: 'code' | 'empty' | 'out_of_range' }>;

/** Whether the provider makes it; the others are made on the way out. */
export function isTwist(fault: Fault): fault is Twist {
  return fault.kind === 'code' || fault.kind === 'empty' || fault.kind === 'out_of_range';
}
