import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { Point } from '../../src/protocol.ts';

/** Fails if what was thrown tells a place or a secret: by its message, its causes, or whatever it shows of itself. */
export function expectToKeep(
  thrown: unknown,
  secrets: { readonly places?: readonly Point[]; readonly token?: string },
) {
  const shown = inspect(thrown, { depth: 10, showHidden: true, getters: true });
  for (const { longitude, latitude } of secrets.places ?? []) {
    // Two decimals are a kilometre: even that much is not to be told.
    for (const degrees of [longitude, latitude]) expect(shown).not.toContain(degrees.toFixed(2));
  }
  if (secrets.token !== undefined) expect(shown).not.toContain(secrets.token);
}
