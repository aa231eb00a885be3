import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import type { CenterRow } from './centers.ts';

/**
 * Writes centers, as one JSON list: a parameter each would end at 65,535 of them. Those whose id is there already are
 * left as they are. Says how many were written.
 */
export async function insertCenters(kysely: Kysely<Tables>, centers: readonly CenterRow[]): Promise<number> {
  const rows = centers.map((center) => ({ ...center, location: `(${center.location.x},${center.location.y})` }));
  const { numAffectedRows = 0n } = await sql`
    insert into centers
    select * from json_populate_recordset(null::centers, ${JSON.stringify(rows)}::json)
    on conflict (id) do nothing
  `.execute(kysely);
  return Number(numAffectedRows);
}
