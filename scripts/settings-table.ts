// Writes the table of settings in README.md from the one list that the code reads; with --check says whether it is.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ABOUT_VARIABLES, ENVIRONMENT } from '../src/config/variables.ts';

const file = new URL('../README.md', import.meta.url);
const [BEGIN, END] = ['<!-- settings: written by npm run generate -->\n', '<!-- end of settings -->'];
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const rows = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
  const about = ABOUT_VARIABLES.get(schema);
  return `| ${name} | ${about?.default === '' ? '–' : `\`${about?.default}\``} | ${about?.meaning} |`;
});
const table = `${BEGIN}| variable | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n${END}`;

const readme = await readFile(file, 'utf8');
const [before, rest = ''] = readme.split(BEGIN);
const after = rest.split(END)[1] ?? '';
const written = `${before}${table}${after}`;
if (!values.check) {
  await writeFile(file, written);
} else if (written !== readme) {
  console.error('The table of settings in README.md is stale: run `npm run generate`.');
  process.exitCode = 1;
}
