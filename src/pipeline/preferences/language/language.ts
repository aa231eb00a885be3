import { z } from 'zod';
import type { CandidateCenter } from '../../../db/centers.ts';
import { knownAssessment } from '../known-assessment.ts';
import type { Assessment, PreferenceType, PreparedWish, Wish } from '../preference-type.ts';
import { simpleWish } from '../simple-wish.ts';
import { languageCode } from './language-code.ts';
import { languageCost, languageText } from './texts.ts';

/** The payload of a language preference: one language, by its code of two or three letters, such as `en`. */
export const languagePayload = z.object({
  language: z
    .string({ error: 'language is needed: a code such as "en"' })
    .trim()
    .regex(/^[a-z]{2,3}$/i, 'language must be a code of two or three letters, such as "en"')
    .transform(languageCode),
});
export type LanguagePayload = z.infer<typeof languagePayload>;

const SPOKEN = knownAssessment(1, true);
const NOT_SPOKEN = knownAssessment(0, false);
const UNKNOWN = knownAssessment(null, false);

/** A language that is spoken at a center: 1 if it is, 0 if it is not, null where the center names no language. */
export const language = {
  type: 'language',
  payload: languagePayload,
  columns: ['languages'],
  complex: null,
  async prepare(wish: Wish<LanguagePayload>): Promise<PreparedWish> {
    const wished = wish.payload.language;
    const codesOf = codeReader();
    return simpleWish({
      wish,
      type: language,
      assess: (center) => assessmentOf(wished, codesOf(center)),
      details: (center, locale) => languageText(locale, wished, codesOf(center)),
      cost: (center, locale) => languageCost(locale, wished, codesOf(center)),
    });
  },
} satisfies PreferenceType<LanguagePayload>;

function assessmentOf(wished: string, spoken: readonly string[]): Assessment {
  if (spoken.length === 0) return UNKNOWN;
  return spoken.includes(wished) ? SPOKEN : NOT_SPOKEN;
}

/** Centers share a handful of tags, and to read one takes microseconds: each is read once. */
function codeReader(): (center: CandidateCenter) => readonly string[] {
  const codes = new Map<string, string>();
  function codeOf(tag: string): string {
    const known = codes.get(tag);
    if (known !== undefined) return known;
    const code = languageCode(tag);
    codes.set(tag, code);
    return code;
  }
  return ({ languages }) => (languages ?? []).map(codeOf).filter((code) => code !== '');
}
