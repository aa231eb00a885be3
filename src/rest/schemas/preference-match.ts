import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { ShownComplexType } from '../../pipeline/preferences/complex-types.ts';
import type { ComplexPreferenceMatch, ProcessingMetadata, SimplePreferenceMatch } from '../../protocol.ts';
import { component, described } from './described.ts';
import { type Shape, count, fraction } from './shape.ts';

/** A match of a wish that one column answers; its type is its key in the map. */
export const simplePreferenceMatch = component('SimplePreferenceMatch', DESCRIPTIONS.SimplePreferenceMatch, {
  satisfied: z.boolean(),
  details: z.string().exactOptional().describe('Left out unless includeExplanations.'),
  score: fraction.nullable(),
} satisfies Shape<Omit<SimplePreferenceMatch, 'type'>, 'details'>);

const processingMetadata = component('ProcessingMetadata', DESCRIPTIONS.ProcessingMetadata, {
  pipelineUsed: z.boolean(),
  pipelineName: z.string(),
  executionTimesMs: z.array(count),
} satisfies Shape<ProcessingMetadata>);

const { fields: said } = DESCRIPTIONS.ComplexPreferenceMatch;

const common = described({ ...said, details: `${said.details} Left out unless includeExplanations.` }, {
  preferenceId: z.string(),
  satisfied: z.boolean(),
  details: z.string().exactOptional(),
  score: fraction,
  processingMetadata,
} satisfies Shape<Omit<ComplexPreferenceMatch, 'type' | 'facts'>, 'details'>);

/** A match of one complex preference: the facts of its type, and what every type says, which wins as it does in a message. */
export function complexPreferenceMatch({ description, facts }: ShownComplexType): z.ZodObject {
  return z.strictObject({ ...facts.shape, ...common }).describe(description);
}

/** What every complex match says, of whatever type. */
export const commonComplexMatch = z.looseObject(common);
