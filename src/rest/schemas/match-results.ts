import { z } from 'zod';
import type { Counterfactual, MatchResults, Offer, ProcessingDetails, Warning } from '../../protocol.ts';
import { center } from './center.ts';
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
  .meta({ id: 'PreferenceMatches', description: 'How an offer meets each preference of the parent.' });

const offer = z
  .strictObject({
    centerId: z.string().describe('Stable over sessions.'),
    centerName: z.string().describe('What the center is called.'),
    score: fraction.describe("0 to 1: the weighted mean of the scores of the parent's preferences."),
    preferenceMatches: preferenceMatches.describe('How the center meets each preference.'),
    explanation: z
      .string()
      .exactOptional()
      .describe(
        "What this center costs against the wishes, in the person's terms, such as `7 minutes more by bike to work; English is not spoken.` Left out unless includeExplanations.",
      ),
    center: center.exactOptional().describe('Left out unless includeFullCenters.'),
  } satisfies Shape<Omit<Offer, 'preferenceMatches'>, 'explanation' | 'center'> & {
    readonly preferenceMatches: z.ZodType;
  })
  .meta({ id: 'Offer', description: 'A center that is offered.' });

const counterfactual = z
  .strictObject({
    preferenceId: z.string().describe('The preference of the parent whose limit it is.'),
    type: z.string().describe("The preference's type, such as location_distance."),
    fieldName: z.string().describe('The limit, such as work_max_travel_minutes.'),
    value: z
      .number()
      .describe('The other value, in the unit of the limit: minutes, kilometres, minutes since midnight, or places.'),
    addsCenters: z.int().min(1).describe('Centers that would meet every wish with it and do not without, 1 or more.'),
    isAtLeast: z
      .boolean()
      .describe('True: addsCenters are sure, and there may be more, because not everything is known of some centers.'),
    details: z
      .string()
      .describe(
        "For people, in the session's locale, such as `25 instead of 20 minutes by bike to work adds 6 centers`.",
      ),
  } satisfies Shape<Counterfactual>)
  .meta({
    id: 'Counterfactual',
    description: 'What another value of one limit would change, computed from what is known of the centers.',
  });

const warning = z
  .strictObject({
    code: warningCode.describe('For programs.'),
    field: z.string().nullable().describe('The field or location concerned, such as work_location; never an address.'),
    message: z.string().describe("For people, in the session's locale."),
  } satisfies Shape<Warning>)
  .meta({ id: 'Warning', description: 'Something that could not be taken into account.' });

const processingDetails = z
  .strictObject({
    centersEvaluated: count.describe('Centers that were scored, 0 or more.'),
    complexTypesProcessed: z
      .array(z.string())
      .describe('Types of complex preferences that were worked out, such as location_distance.'),
    processingTimeMs: count.describe('Milliseconds of work alone: the time that a person took to answer is not in it.'),
    interactionsRequired: count.describe('Questions that were asked.'),
    warnings: z.array(warning).describe('What could not be taken into account, and why; empty when everything was.'),
  } satisfies Shape<ProcessingDetails>)
  .meta({ id: 'ProcessingDetails', description: 'How the offers came about.' });

/** A MatchResults of REST. */
export const matchResults = z
  .strictObject({
    ...envelope('match_results'),
    success: z.boolean().describe('False only when no center could be evaluated.'),
    offers: z
      .array(offer)
      .describe(
        'At most `limit` of all evaluated centers: those that satisfy every wish first, then by score, then by distance from home, then by id.',
      ),
    counterfactuals: z
      .array(counterfactual)
      .max(3)
      .describe(
        'The other limits that would help most, best first: at most three, and none unless includeExplanations.',
      ),
    processingDetails: processingDetails.describe('How the offers came about.'),
  } satisfies Shape<Omit<MatchResults, 'offers'>> & { readonly offers: z.ZodType })
  .meta({ id: 'MatchResults', description: 'The offers. It is the last event of its session.' });
