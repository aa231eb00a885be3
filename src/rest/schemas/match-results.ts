import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { Counterfactual, MatchResults, Offer, ProcessingDetails, Warning } from '../../protocol.ts';
import { center } from './center.ts';
import { component } from './described.ts';
import { warningCode } from './enums.ts';
import { envelope } from './envelope.ts';
import { commonComplexMatch, simplePreferenceMatch } from './preference-match.ts';
import { type Shape, count, fraction } from './shape.ts';

/** The maps of matches: which types they may hold comes from the registry, so their components are made from it. */
export const MATCH_MAPS = { simple: 'SimplePreferenceMatches', complex: 'ComplexPreferenceMatches' } as const;

type MatchMaps = { readonly [Name in keyof Offer['preferenceMatches']]: z.ZodType };

const preferenceMatches = z
  .strictObject({
    simplePreferences: z
      .record(z.string(), simplePreferenceMatch)
      .meta({ id: MATCH_MAPS.simple })
      .describe('One for each simple preference, by its type; empty where there are none.'),
    complexPreferences: z
      .record(z.string(), commonComplexMatch)
      .meta({ id: MATCH_MAPS.complex })
      .describe('One for each complex preference, by its type; empty where there are none.'),
  } satisfies MatchMaps)
  .meta({ id: 'PreferenceMatches', ...DESCRIPTIONS.PreferenceMatches });

const { description, fields: said } = DESCRIPTIONS.Offer;
const explanation = `${said.explanation} Left out unless includeExplanations.`;

const offer = component(
  'Offer',
  { description, fields: { ...said, explanation, center: 'Left out unless includeFullCenters.' } },
  {
    centerId: z.string(),
    centerName: z.string(),
    score: fraction,
    preferenceMatches,
    explanation: z.string().exactOptional(),
    center: center.exactOptional(),
  } satisfies Shape<Omit<Offer, 'preferenceMatches'>, 'explanation' | 'center'> & {
    readonly preferenceMatches: z.ZodType;
  },
);

const counterfactual = component('Counterfactual', DESCRIPTIONS.Counterfactual, {
  preferenceId: z.string(),
  type: z.string(),
  fieldName: z.string(),
  value: z.number(),
  addsCenters: z.int().min(1),
  isAtLeast: z.boolean(),
  details: z.string(),
} satisfies Shape<Counterfactual>);

const warning = component('Warning', DESCRIPTIONS.Warning, {
  code: warningCode,
  field: z.string().nullable(),
  message: z.string(),
} satisfies Shape<Warning>);

const processingDetails = component('ProcessingDetails', DESCRIPTIONS.ProcessingDetails, {
  centersEvaluated: count,
  complexTypesProcessed: z.array(z.string()),
  processingTimeMs: count,
  interactionsRequired: count,
  warnings: z.array(warning),
} satisfies Shape<ProcessingDetails>);

/** A MatchResults of REST. */
export const matchResults = component('MatchResults', DESCRIPTIONS.MatchResults, {
  ...envelope('match_results'),
  success: z.boolean(),
  offers: z.array(offer),
  counterfactuals: z.array(counterfactual).max(3),
  processingDetails,
} satisfies Shape<Omit<MatchResults, 'offers'>> & { readonly offers: z.ZodType });
