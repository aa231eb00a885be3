import { describe, expect, it } from 'vitest';
import { freePlaces } from '../../../src/pipeline/preferences/free-places/free-places.ts';
import { language } from '../../../src/pipeline/preferences/language/language.ts';
import { pedagogy } from '../../../src/pipeline/preferences/pedagogy/pedagogy.ts';
import type { PreparedWish } from '../../../src/pipeline/preferences/preference-type.ts';

const row = { preferenceId: 'p1', weight: 1 };

const SIMPLE: readonly (readonly [type: string, limits: readonly string[], wish: () => Promise<PreparedWish>])[] = [
  ['language', [], () => language.prepare({ ...row, payload: { language: 'en' } })],
  ['pedagogy', [], () => pedagogy.prepare({ ...row, payload: { concept: 'montessori' } })],
  ['free_places', ['at_least'], () => freePlaces.prepare({ ...row, payload: { at_least: 2 } })],
];

describe('a simple wish', () => {
  it.each(SIMPLE)('of type %s may be loosened just where it has a limit', async (type, keys, wish) => {
    const prepared = await wish();
    expect(prepared.type.type).toBe(type);
    expect(prepared.limits.map(({ key }) => key)).toEqual(keys);
    expect(prepared.mayLoosen).toBe(keys.length > 0);
  });

  it.each(SIMPLE)('of type %s asks nothing, takes no steps and warns of nothing', async (_, _keys, wish) => {
    const prepared = await wish();
    expect(['complete', 'refine'].filter((name) => name in prepared)).toEqual([]);
    expect([prepared.executionTimesMs(), prepared.warnings()]).toEqual([[], []]);
  });
});
