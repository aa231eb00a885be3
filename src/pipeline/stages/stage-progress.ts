import type { Stage } from '../../protocol.ts';
import type { RunContext } from '../run-context.ts';

/** Which part of the whole each stage is, by what they take on a typical search. */
const SPANS: Record<Stage, readonly [from: number, to: number]> = {
  loading_preferences: [0, 0.1],
  finding_centers: [0.1, 0.3],
  processing_complex_preferences: [0.3, 0.9],
  generating_results: [0.9, 1],
};

/** Reports that `done` (0 to 1) of a stage is behind. The key is stable within the stage. */
export async function reportProgress(
  run: RunContext,
  stage: Stage,
  at: { readonly key: string; readonly done: number; readonly details: string },
): Promise<void> {
  const [from, to] = SPANS[stage];
  const progress = Math.round((from + (to - from) * Math.min(1, at.done)) * 1000) / 1000;
  await run.progress(`${stage}:${at.key}`, { stage, progress, details: at.details });
}
