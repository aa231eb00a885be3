import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { complexTypesOf } from '../src/pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from '../src/pipeline/preferences/registry.ts';
import { buildSchema, printSorted } from '../src/schema/schema.ts';

/** Writes schema.graphql, or with `--check` says whether it is what the code prints. */
const file = new URL('../schema.graphql', import.meta.url);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const printed = printSorted(buildSchema(complexTypesOf(PREFERENCE_TYPES)));

if (!values.check) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('schema.graphql is not what the code prints: run `node scripts/print-schema.ts`.');
  process.exitCode = 1;
}
