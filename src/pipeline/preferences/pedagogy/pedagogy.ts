import { z } from 'zod';
import type { CandidateCenter } from '../../../db/centers.ts';
import type { Locale } from '../../../protocol.ts';
import { knownAssessment } from '../known-assessment.ts';
import type { Assessment, PreferenceType, PreparedWish, Wish } from '../preference-type.ts';
import { simpleWish } from '../simple-wish.ts';
import { conceptKey } from './concept.ts';
import {
  otherPedagogyCost,
  otherPedagogyText,
  samePedagogyText,
  unknownPedagogyCost,
  unknownPedagogyText,
} from './texts.ts';

/** The payload of a pedagogy preference: one concept by its name, such as `montessori`. */
export const pedagogyPayload = z.object({
  concept: z
    .string({ error: 'concept is needed: a name such as "montessori"' })
    .max(100, 'concept must have at most 100 characters')
    .refine((concept) => conceptKey(concept) !== '', 'concept must name a concept, such as "montessori"'),
});
export type PedagogyPayload = z.infer<typeof pedagogyPayload>;

const SAME = knownAssessment(1, true);
const OTHER = knownAssessment(0, false);
const UNKNOWN = knownAssessment(null, false);

/** A pedagogical concept: 1 if it is the center's, 0 if that is another, null where the center names none. */
export const pedagogy = {
  type: 'pedagogy',
  payload: pedagogyPayload,
  columns: ['pedagogy'],
  complex: null,
  async prepare(wish: Wish<PedagogyPayload>): Promise<PreparedWish> {
    const { concept } = wish.payload;
    const assess = assessorOf(concept);
    return simpleWish({
      wish,
      type: pedagogy,
      assess,
      details: (center, locale) => detailsOf(center, concept, assess(center), locale),
      cost: (center, locale) => costOf(center, concept, assess(center), locale),
    });
  },
} satisfies PreferenceType<PedagogyPayload>;

/** Centers share a handful of concepts: each way to write one is compared once. */
function assessorOf(concept: string): (center: CandidateCenter) => Assessment {
  const wished = conceptKey(concept);
  const assessments = new Map<string, Assessment>();
  return (center) => {
    const given = center.pedagogy ?? '';
    const known = assessments.get(given);
    if (known !== undefined) return known;
    const key = conceptKey(given);
    const assessment = key === '' ? UNKNOWN : key === wished ? SAME : OTHER;
    assessments.set(given, assessment);
    return assessment;
  };
}

function detailsOf(center: CandidateCenter, wished: string, assessment: Assessment, locale: Locale): string {
  const concept = center.pedagogy ?? '';
  if (assessment.score === null) return unknownPedagogyText(locale);
  return assessment.satisfied ? samePedagogyText(locale, concept) : otherPedagogyText(locale, concept, wished);
}

function costOf(center: CandidateCenter, wished: string, assessment: Assessment, locale: Locale): string | null {
  if (assessment.score === null) return unknownPedagogyCost(locale);
  return assessment.satisfied ? null : otherPedagogyCost(locale, center.pedagogy ?? '', wished);
}
