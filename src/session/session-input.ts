import { z } from 'zod';
import { DESCRIPTIONS } from '../descriptions.ts';
import { SessionFailure } from '../errors.ts';
import { type InputIssue, LOCALES, type MatchingInput } from '../protocol.ts';

/** What a session id may be: the caller's own, or a UUID v4 that is made for it. */
export const SESSION_ID_PATTERN = /^[A-Za-z0-9._-]{8,128}$/;

/** A field that may be null or left out, and then has this value. */
function withDefault<Schema extends z.ZodType>(schema: Schema, value: z.output<Schema>): z.ZodType<z.output<Schema>> {
  return schema
    .nullish()
    .meta({ default: value })
    .transform((given) => given ?? value);
}

const sessionId = z.string().regex(SESSION_ID_PATTERN, 'must be 8 to 128 of the characters A-Z a-z 0-9 . _ -');

const after = z
  .int('must be a whole number, 0 or greater')
  .min(0, 'must be a whole number, 0 or greater')
  .nullish()
  .transform((given) => given ?? 0);

const limitRule = 'must be a whole number from 1 to 50';
const distanceRule = 'must be a number above 0 and at most 100 (kilometres)';

const locale = z.enum(LOCALES, `must be one of ${LOCALES.join(', ')}`).meta({ id: 'Locale', ...DESCRIPTIONS.Locale });

/** What a start is given, field by field. */
export const startInput = z.object({
  parentId: z
    .guid('must be a UUID')
    .meta({ examples: ['550e8400-e29b-41d4-a716-446655440001'] })
    .transform((id) => id.toLowerCase()),
  limit: withDefault(z.int(limitRule).min(1, limitRule).max(50, limitRule), 10),
  maxDistanceKm: withDefault(z.number(distanceRule).gt(0, distanceRule).max(100, distanceRule), 15),
  includeFullCenters: withDefault(z.boolean('must be true or false'), false),
  includeExplanations: withDefault(z.boolean('must be true or false'), true),
  locale: withDefault(locale, 'en'),
  sessionId: sessionId.nullish().transform((given) => given ?? null),
});

export interface StartRequest {
  readonly input: MatchingInput;
  /** Null where the caller gave none. */
  readonly sessionId: string | null;
  readonly after: number;
}

/** Checks what a start was given and fills in defaults. Throws SessionFailure invalid_request with every issue. */
export function parseStart(given: unknown, givenAfter: unknown): StartRequest {
  const parsed = z.object({ input: startInput, after }).safeParse({ input: given, after: givenAfter });
  if (!parsed.success) throw new SessionFailure('invalid_request', { issues: issuesOf(parsed.error) });
  const { sessionId: id, ...input } = parsed.data.input;
  return { input, sessionId: id, after: parsed.data.after };
}

/** Checks a cursor: the sequence after which to read, 0 for the start. Throws SessionFailure invalid_request. */
export function parseAfter(given: unknown): number {
  const parsed = z.object({ after }).safeParse({ after: given });
  if (!parsed.success) throw new SessionFailure('invalid_request', { issues: issuesOf(parsed.error) });
  return parsed.data.after;
}

/** A zod error as issues. Messages are ours: they say what is allowed and never quote what was given. */
export function issuesOf(error: z.ZodError, prefix: readonly string[] = []): InputIssue[] {
  return error.issues.map(({ path, message }) => ({ path: [...prefix, ...path.map(String)].join('.'), message }));
}
