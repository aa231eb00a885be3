import { SessionFailure } from '../../errors.ts';
import type { Database } from '../../db/database.ts';
import { findParent, type Parent } from '../../db/parents.ts';
import { type PreferenceRow, preferencesOf } from '../../db/preferences.ts';
import type { Warning } from '../../protocol.ts';
import { HOME, type PlaceRequest } from '../places/places.ts';
import type { PreferenceType, Wish } from '../preferences/preference-type.ts';
import type { RunContext } from '../run-context.ts';
import { reportProgress } from './stage-progress.ts';
import { stageTexts } from './stage-texts.ts';

/** A wish together with its type. */
export interface TypedWish {
  readonly type: PreferenceType;
  readonly wish: Wish;
}

/** Who searches, and for what. */
export interface Family {
  readonly parent: Parent;
  /** In the order of the preferences' ids. */
  readonly wishes: readonly TypedWish[];
  readonly home: PlaceRequest;
  /** The places that the wishes name, in their order. */
  readonly places: readonly PlaceRequest[];
  readonly warnings: readonly Warning[];
}

const STAGE = 'loading_preferences';

/** First stage: the parent and the preferences. A preference that is not valid is left out with a warning. */
export async function loadPreferences(
  run: RunContext,
  { database, preferenceTypes }: { readonly database: Database; readonly preferenceTypes: readonly PreferenceType[] },
): Promise<Family> {
  const texts = stageTexts[run.input.locale];
  const { parentId } = run.input;
  await reportProgress(run, STAGE, { key: 'begun', done: 0, details: texts.loading });
  const { parent, rows } = await run.step('loaded', async () => ({
    parent: (await findParent(database, run.account, parentId)) ?? null,
    rows: await preferencesOf(database, parentId),
  }));
  if (!parent) throw new SessionFailure('parent_not_found', { parentId });
  const parsed = rows.map((row) => parsePreference(row, preferenceTypes));
  const wishes = parsed.filter((one) => one !== undefined);
  const ignored = rows.filter((_, index) => parsed[index] === undefined);
  await reportProgress(run, STAGE, { key: 'done', done: 1, details: texts.loaded(wishes.length) });
  return {
    parent,
    wishes,
    home: homeOf(parent),
    places: wishes.flatMap(({ type, wish }) => type.places?.(wish) ?? []),
    warnings: ignored.map(({ type }) => ({ code: 'preference_ignored', field: type, message: texts.ignored(type) })),
  };
}

function homeOf({ homeAddress, homeLocation }: Parent): PlaceRequest {
  return {
    name: HOME,
    preferenceId: null,
    requiredFor: 'finding_centers',
    address: homeAddress,
    location: homeLocation,
  };
}

function parsePreference(row: PreferenceRow, types: readonly PreferenceType[]): TypedWish | undefined {
  const type = types.find((one) => one.type === row.type);
  const payload = type?.payload.safeParse(row.payload);
  if (!type || !payload?.success) return undefined;
  return { type, wish: { preferenceId: row.id, weight: row.weight, payload: payload.data } };
}
