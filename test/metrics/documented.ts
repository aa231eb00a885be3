import { readFileSync } from 'node:fs';

/** The metrics of docs/metrics.md by name, with their types and the names of their labels. */
export function documentedMetrics(): ReadonlyMap<
  string,
  { readonly type: string; readonly labels: readonly string[] }
> {
  const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \|(.*?)\| .* \|$/gmu);
  return new Map([...rows].map(([, name = '', type = '', labels = '']) => [name, { type, labels: labelsIn(labels) }]));
}

/** What stands before a colon, or alone: `state`: `running`, `waiting` says one label with two values. */
function labelsIn(cell: string): readonly string[] {
  const words = [...cell.matchAll(/`(\w+)`(:?)/gu)].map(([, word = '', colon]) => ({ word, hasValues: colon === ':' }));
  const withValues = words.findIndex(({ hasValues }) => hasValues);
  return words.slice(0, withValues === -1 ? words.length : withValues + 1).map(({ word }) => word);
}
