// Writes what is generated from the code and stands under review: schema.graphql, openapi.json, the settings in
// README.md, and the types of the tests' operations. With --check it changes nothing and fails where a file is stale.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const check = values.check ? ['--check'] : [];

for (const [command, ...given] of [
  ['node', 'scripts/print-schema.ts', ...check],
  ['node', 'scripts/print-openapi.ts', ...check],
  ['node', 'scripts/settings-table.ts', ...check],
  ['graphql-codegen', '--config', 'codegen.ts', '--silent', ...check],
] as const) {
  const { status } = spawnSync(command, given, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(
      values.check ? 'A generated file is stale: run `npm run generate` and look at the change.' : 'Failed.',
    );
    process.exit(status ?? 1);
  }
}
