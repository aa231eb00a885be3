import { z } from 'zod';
import type { MatchResults, Offer, ProcessingDetails, Warning } from '../../protocol.ts';
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
    center: center.exactOptional().describe('Left out unless includeFullCenters.'),
  } satisfies Shape<Omit<Offer, 'preferenceMatches'>, 'center'> & { readonly preferenceMatches: z.ZodType })
  .meta({ id: 'Offer', description: 'A center that is offered.' });

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
    processingDetails: processingDetails.describe('How the offers came about.'),
  } satisfies Shape<Omit<MatchResults, 'offers'>> & { readonly offers: z.ZodType })
  .meta({ id: 'MatchResults', description: 'The offers. It is the last event of its session.' });
