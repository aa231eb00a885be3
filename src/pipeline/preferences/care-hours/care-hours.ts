import type { RunContext } from '../../run-context.ts';
import type { PreferenceType, Preparation, PreparedWish, Wish } from '../preference-type.ts';
import { readCandidateHours } from './candidate-hours.ts';
import { careHoursFacts } from './care-hours-facts.ts';
import { careHoursPayload, type CareHoursPayload } from './care-hours-payload.ts';
import { prepareCareHoursWish } from './care-hours-wish.ts';
import { RememberedWeeks } from './remembered-weeks.ts';
import { comparedText } from './texts.ts';

/** What care_hours takes of a Preparation. */
export interface CareHoursPreparation extends Pick<Preparation, 'candidates' | 'progress'> {
  readonly run: Pick<RunContext, 'input' | 'signal' | 'workMs'>;
}

/** Shared by all sessions of this process: what a text means depends on nothing else. */
const remembered = new RememberedWeeks();

/** Care on certain days between certain hours, held against the opening hours of the centers. */
export const careHours = {
  type: 'care_hours',
  payload: careHoursPayload,
  columns: ['openingHours'],
  complex: {
    graphqlName: 'CareHoursMatch',
    description: 'How much of the care hours that are wished a center is open for: `care_hours`.',
    pipeline: ['opening_hours_parser', 'coverage_calculator', 'care_hours_scorer'],
    facts: careHoursFacts,
  },
  async prepare(wish: Wish<CareHoursPayload>, preparation: CareHoursPreparation): Promise<PreparedWish> {
    const { candidates, run } = preparation;
    const { locale } = run.input;
    const workMs = () => run.workMs();
    const hours = await readCandidateHours({ candidates, remembered, workMs, signal: run.signal });
    const prepared = prepareCareHoursWish({ type: careHours, hours, remembered, workMs, locale }, wish);
    await preparation.progress(`${wish.preferenceId}:compared`, 1, comparedText(locale, candidates.length));
    return prepared;
  },
} satisfies PreferenceType<CareHoursPayload>;
