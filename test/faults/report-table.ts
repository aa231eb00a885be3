import type { RoundReport } from './checker.ts';
import { COUNTS as FIGURE_COUNTS, MEASURES } from './figures.ts';
import { VIOLATIONS, type ViolationKind } from './violations.ts';

const COUNTS = [
  'faults',
  'sessions',
  'events',
  'reconnects',
  'acknowledged',
  'takeovers',
  'repeatedCalls',
  'forgotten',
] as const satisfies readonly (keyof RoundReport)[];

/** A row of the table of faults: what came of all rounds with one fault. */
export type FaultRow = Readonly<Record<(typeof COUNTS)[number] | 'rounds' | 'violations', number>>;

/** Rounds by fault, and all of them together under `all`. */
export function faultTable(reports: readonly RoundReport[]): Record<string, FaultRow> {
  const names = [...new Set(reports.map(({ fault }) => fault))];
  const rows = names.map((name) => [name, rowOf(reports.filter(({ fault }) => fault === name))] as const);
  return Object.fromEntries([...rows, ['all', rowOf(reports)]]);
}

/** Violations by kind, and what each kind means; kinds that were not found are left out. */
export function violationTable(
  reports: readonly RoundReport[],
): Record<string, { readonly found: number; readonly meaning: string }> {
  const found = reports.flatMap(({ violations }) => violations.map(({ kind }) => kind));
  const kinds = (Object.keys(VIOLATIONS) as ViolationKind[]).filter((kind) => found.includes(kind));
  return Object.fromEntries(
    kinds.map((kind) => [kind, { found: found.filter((one) => one === kind).length, meaning: VIOLATIONS[kind] }]),
  );
}

/** One line for a round that is over. */
export function roundLine({ round, fault, faults, sessions, takeovers, violations }: RoundReport): string {
  const verdict = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
  return `${round} ${fault}${faults > 1 ? ` × ${faults}` : ''}: ${sessions} sessions, ${takeovers} takeovers, ${verdict}`;
}

function rowOf(reports: readonly RoundReport[]): FaultRow {
  const sums = COUNTS.map((name) => [name, reports.reduce((sum, report) => sum + report[name], 0)] as const);
  const violations = reports.reduce((sum, report) => sum + report.violations.length, 0);
  return { rounds: reports.length, ...(Object.fromEntries(sums) as Omit<FaultRow, 'rounds'>), violations };
}

/** How many values, and where they lie, in milliseconds. */
export interface Spread {
  readonly values: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** What was measured in all rounds, by what is measured; what was not, is left out. */
export function spreadTable(reports: readonly RoundReport[]): Record<string, Spread & { readonly meaning: string }> {
  const names = Object.keys(MEASURES) as (keyof typeof MEASURES)[];
  const rows = names.flatMap((name) => {
    const spread = spreadOf(reports.flatMap(({ figures }) => figures.measures[name]));
    return spread ? [[name, { ...spread, meaning: MEASURES[name] }] as const] : [];
  });
  return Object.fromEntries(rows);
}

/** What was counted in all rounds, by what is counted; what was not, is left out. */
export function countTable(
  reports: readonly RoundReport[],
): Record<string, { readonly found: number; readonly meaning: string }> {
  const names = Object.keys(FIGURE_COUNTS) as (keyof typeof FIGURE_COUNTS)[];
  const rows = names.map((name) => {
    const found = reports.reduce((sum, { figures }) => sum + figures.counts[name], 0);
    return [name, { found, meaning: FIGURE_COUNTS[name] }] as const;
  });
  return Object.fromEntries(rows);
}

/** Percentiles are the smallest value that so many are not above (nearest rank). Undefined where there is none. */
export function spreadOf(given: readonly number[]): Spread | undefined {
  const values = given.toSorted((one, other) => one - other);
  const at = (share: number): number => values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
  if (values.length === 0) return undefined;
  return { values: values.length, min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}
