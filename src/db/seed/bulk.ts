import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { type CenterRow, madeUpCenters } from './centers.ts';
import { insertCenters } from './insert-centers.ts';

/** Another one than that of the demo data, so that the two have no center in common. */
const BULK_SEED = 1;

/** About 2 MB of JSON a statement. */
const BATCH_SIZE = 5_000;

export interface SeedProgress {
  /** Centers dealt with so far, those that were there already with them. */
  readonly done: number;
  readonly count: number;
}

/**
 * Fills a database with the first `count` made-up centers, 0 or more, and says how many of them were new. Each batch
 * stays once it is written: a run that was cut short goes on where it stopped when it is run again.
 */
export async function seedCenters(
  database: Database,
  count: number,
  { onProgress }: { readonly onProgress?: (progress: SeedProgress) => void } = {},
): Promise<number> {
  let done = 0;
  let written = 0;
  for (const batch of batches(madeUpCenters(count, BULK_SEED))) {
    written += await insertCenters(database.kysely, batch);
    done += batch.length;
    onProgress?.({ done, count });
  }
  // Tells the planner how large the table is now, and lets it answer from the index alone.
  await sql`vacuum analyze centers`.execute(database.kysely);
  return written;
}

function* batches(centers: Iterable<CenterRow>): Generator<readonly CenterRow[], void, undefined> {
  let batch: CenterRow[] = [];
  for (const center of centers) {
    batch.push(center);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
