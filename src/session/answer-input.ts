import { z } from 'zod';
import { SessionFailure } from '../errors.ts';
import type { Answer, InteractionType, UserInteraction } from '../protocol.ts';
import { issuesOf } from './session-input.ts';

const LONGEST_ADDRESS = 256;

/** Line ends, NULs and other control characters come with pasted addresses; they are spaces here. */
const ADDRESS_NOISE = /[\s\p{Cc}\p{Zl}\p{Zp}]+/gu;

const addressRule = `must be a text of 1 to ${LONGEST_ADDRESS} characters`;
const latitudeRule = 'must be a number from -90 to 90 (degrees)';
const longitudeRule = 'must be a number from -180 to 180 (degrees)';

const address = z
  .string(addressRule)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
  .transform((text) => text.replaceAll(ADDRESS_NOISE, ' ').trim())
  .pipe(z.string().min(1, addressRule).max(LONGEST_ADDRESS, addressRule));

const coordinates = z.object({
  latitude: z.number(latitudeRule).min(-90, latitudeRule).max(90, latitudeRule),
  longitude: z.number(longitudeRule).min(-180, longitudeRule).max(180, longitudeRule),
});

/** The one key of a response that is not null; a GraphQL @oneOf gives the others as absent. */
function keysOf(response: unknown): [string, unknown][] {
  if (typeof response !== 'object' || response === null) return [];
  return Object.entries(response).filter(([, value]) => value !== undefined && value !== null);
}

/**
 * The answer to a question, checked against it. Two answers are equal when they parse to the same thing. `responseType`
 * is what the caller takes the question for, where they say so; it must be right, for one who declines too.
 * Throws SessionFailure invalid_response with what is allowed; it never quotes what was given.
 */
export function parseAnswer(question: UserInteraction, response: unknown, responseType?: InteractionType): Answer {
  const [[kind, given] = ['', undefined], ...others] = keysOf(response);
  const { interactionId } = question;
  if (responseType !== undefined && responseType !== question.interactionType) {
    throw invalid(interactionId, 'responseType', `must be the type of the question, ${question.interactionType}`);
  }
  const wants = { location_input: 'location', confirmation: 'confirmation', choice: 'choice' }[
    question.interactionType
  ];
  if (others.length > 0 || (kind !== 'decline' && kind !== wants)) {
    throw invalid(interactionId, 'response', `must hold exactly one of ${wants} and decline for this question`);
  }
  if (kind === 'decline') {
    if (given !== true) throw invalid(interactionId, 'response.decline', 'must be true, or be left out');
    return { kind: 'declined' };
  }
  switch (question.interactionType) {
    case 'location_input':
      return parseLocation(interactionId, given);
    case 'confirmation': {
      const rule = z.object({ confirmed: z.boolean('must be true or false') });
      return { kind: 'confirmation', confirmed: check(rule, interactionId, given, 'confirmation').confirmed };
    }
    case 'choice': {
      const values = (question.options ?? []).map(({ value }) => value);
      const rule = z.object({ value: z.enum(values, 'must be the value of one of the options of the question') });
      return { kind: 'choice', value: check(rule, interactionId, given, 'choice').value };
    }
  }
}

function parseLocation(interactionId: string, given: unknown): Answer {
  const [[kind, value] = ['', undefined], ...others] = keysOf(given);
  if (others.length > 0 || (kind !== 'address' && kind !== 'coordinates')) {
    throw invalid(interactionId, 'response.location', 'must hold exactly one of address and coordinates');
  }
  if (kind === 'address') {
    return { kind, address: check(z.object({ address }), interactionId, { address: value }, 'location').address };
  }
  const { latitude, longitude } = check(coordinates, interactionId, value, 'location.coordinates');
  return { kind: 'coordinates', longitude, latitude };
}

function check<T>(rule: z.ZodType<T>, interactionId: string, given: unknown, at: string): T {
  const parsed = rule.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SessionFailure('invalid_response', { interactionId, issues: issuesOf(parsed.error, ['response', at]) });
}

function invalid(interactionId: string, path: string, message: string): SessionFailure {
  return new SessionFailure('invalid_response', { interactionId, issues: [{ path, message }] });
}
