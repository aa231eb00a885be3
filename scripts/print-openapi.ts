import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { PREFERENCE_TYPES } from '../src/pipeline/preferences/registry.ts';
import { createRestApp } from '../src/rest/rest-app.ts';
import type { SessionService } from '../src/session/session-service.ts';

/** Writes openapi.json, or with `--check` says whether it is what the code prints. */
const file = new URL('../openapi.json', import.meta.url);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const unused = (): Promise<never> => Promise.reject(new Error('nothing is served here'));
const service: SessionService = { start: unused, attach: unused, respond: unused, status: unused, cancel: unused };
const rest = createRestApp({
  service,
  tickets: { issue: unused },
  preferenceTypes: PREFERENCE_TYPES,
  clock: systemClock,
  keepaliveMs: 30_000,
});
const printed = `${JSON.stringify(await rest.document(), null, 2)}\n`;

if (!values.check) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('openapi.json is not what the code prints: run `node scripts/print-openapi.ts`.');
  process.exitCode = 1;
}
