import { z } from 'zod';
import type { ComplexType } from '../../pipeline/preferences/preference-type.ts';
import type { ComplexPreferenceMatch, ProcessingMetadata, SimplePreferenceMatch } from '../../protocol.ts';
import { type Shape, count, fraction } from './shape.ts';

/** What REST must know of a complex preference type. */
export type ComplexTypeOfRest = Pick<ComplexType, 'description' | 'facts'> & {
  /** The key of its matches, such as `care_hours`. */
  readonly type: string;
};

const satisfied = z.boolean().describe('Whether the center meets the wish.');

/** A match of a wish that one column answers; its type is its key in the map. */
export const simplePreferenceMatch = z
  .strictObject({
    satisfied,
    details: z.string().exactOptional().describe('Left out unless includeExplanations.'),
    score: fraction
      .nullable()
      .describe('0 to 1. Null where the center does not say; it then counts in no mean, and is not satisfied.'),
  } satisfies Shape<Omit<SimplePreferenceMatch, 'type'>, 'details'>)
  .meta({
    id: 'SimplePreferenceMatch',
    description: 'A wish that one column answers, such as a language or a pedagogical concept.',
  });

const processingMetadata = z
  .strictObject({
    pipelineUsed: z.boolean().describe('Whether it went through its pipeline.'),
    pipelineName: z
      .string()
      .describe('The steps, joined by `->`, such as location_resolver->distance_calculator->location_scorer.'),
    executionTimesMs: z.array(count).describe('One for each step, in whole milliseconds of work.'),
  } satisfies Shape<ProcessingMetadata>)
  .meta({ id: 'ProcessingMetadata', description: 'How a complex preference was worked out.' });

const common = {
  preferenceId: z.string().describe('The preference of the parent.'),
  satisfied,
  details: z
    .string()
    .exactOptional()
    .describe("For people, in the session's locale. Left out unless includeExplanations."),
  score: fraction.describe('0 to 1.'),
  processingMetadata: processingMetadata.describe('How it was worked out.'),
} satisfies Shape<Omit<ComplexPreferenceMatch, 'type' | 'facts'>, 'details'>;

/** A match of one complex preference: the facts of its type, and what every type says, which wins as it does in a message. */
export function complexPreferenceMatch({ description, facts }: ComplexTypeOfRest): z.ZodObject {
  return z.strictObject({ ...facts.shape, ...common }).describe(description);
}

/** What every complex match says, of whatever type. */
export const commonComplexMatch = z.looseObject(common);

/** The component's name of a type's match, as in GraphQL: `care_hours` is `CareHoursMatch`. */
export function matchName(type: string): string {
  const words = type.split('_').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Match`;
}
