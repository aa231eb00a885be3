// Everything that must hold before a change lands: what `npm test`, `npm run verify` and CI run.
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [name: string, command: string, ...given: string[]])[] = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint'],
  ['types', 'tsc', '-p', '.'],
  ['generated files', 'node', 'scripts/generate.ts', '--check'],
  ['tests', 'vitest', 'run'],
];

for (const [index, [name, command, ...given]] of STEPS.entries()) {
  const startedAt = performance.now();
  console.log(`[${index + 1}/${STEPS.length}] ${name}`);
  const { status } = spawnSync(command, given, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(`${name}: failed (${[command, ...given].join(' ')})`);
    process.exit(status ?? 1);
  }
  console.log(`${name}: ok, ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
