import { setImmediate } from 'node:timers/promises';
import type { CandidateCenter } from '../../../db/centers.ts';
import type { OpenWeek } from './open-week.ts';
import type { RememberedWeeks } from './remembered-weeks.ts';

/** How long texts are read at a stretch before other sessions have their turn. */
const STRETCH_MS = 8;

/** The opening hours of a session's candidates. */
export interface CandidateHours {
  /** Each different text among the candidates, with its week; null where it cannot be read. */
  readonly weeks: ReadonlyMap<string, OpenWeek | null>;
  readonly candidates: number;
  /** How many of the candidates give no hours, or none that can be read. */
  readonly unknown: number;
  /** Milliseconds of reading alone. */
  readonly readingMs: number;
}

export interface CandidateHoursRequest {
  readonly candidates: readonly CandidateCenter[];
  readonly remembered: RememberedWeeks;
  /** Milliseconds of work in the session so far. */
  readonly workMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Reads every different text once. A thousand new texts take up to half a second, so it lets others run in between.
 * Rejects with the signal's reason when it aborts.
 */
export async function readCandidateHours(request: CandidateHoursRequest): Promise<CandidateHours> {
  const { candidates, remembered, workMs, signal } = request;
  const weeks = new Map<string, OpenWeek | null>();
  let unknown = 0;
  let readingMs = 0;
  let startedMs = workMs();
  for (const { openingHours: text } of candidates) {
    if (text !== null && !weeks.has(text)) {
      weeks.set(text, remembered.weekOf(text));
      const stretchMs = workMs() - startedMs;
      if (stretchMs >= STRETCH_MS) {
        readingMs += stretchMs;
        await setImmediate();
        signal.throwIfAborted();
        startedMs = workMs();
      }
    }
    if (text === null || weeks.get(text) === null) unknown += 1;
  }
  readingMs += workMs() - startedMs;
  return { weeks, candidates: candidates.length, unknown, readingMs };
}
