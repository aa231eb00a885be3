/**
 * The score of a complex preference whose center does not say what it is measured by, such as its opening hours. An
 * unknown is neither good nor 0: a 0 would punish a center for a gap in the data as if it were known to be unfit, and
 * a 1 would put it before centers that are known to fit well. It is never satisfied.
 */
export const NEUTRAL_SCORE = 0.5;
