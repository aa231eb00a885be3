/** One sample: the name with its suffix, and its labels. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all of its samples. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly samples: ParsedSample[];
}

const HELP = /^# HELP ([a-z_][a-z0-9_]*) (\S.*)$/u;
const TYPE = /^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)$/u;
const SAMPLE = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$/u;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/uy;

/**
 * Prometheus' text format 0.0.4, read strictly: HELP and TYPE stand once before the samples of each metric, the samples of a
 * metric together, none twice, histograms whole and never falling. Throws with the line that is wrong.
 */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let help: RegExpExecArray | undefined;
  let current: Family | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [asHelp, asType] = [HELP.exec(line), TYPE.exec(line)];
    if (asHelp) help = asHelp;
    else if (asType) current = begin(families, asType, help);
    else add(current, line);
  }
  for (const family of families.values()) check(family);
  return families;
}

function begin(
  families: Map<string, Family>,
  [line, name = '', type]: RegExpExecArray,
  help?: RegExpExecArray,
): Family {
  if (help?.[1] !== name || families.has(name)) throw new Error(`a metric without its help, or a second time: ${line}`);
  const family: Family = { name, type: type as Family['type'], help: help[2] ?? '', samples: [] };
  families.set(name, family);
  return family;
}

function add(family: Family | undefined, line: string): void {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (!family || !namesOf(family).includes(name)) throw new Error(`no sample of ${family?.name}: ${line}`);
  const sample = { name, labels: labelsOf(labels), value: Number(value.replace('Inf', 'Infinity')) };
  const key = (one: ParsedSample): string => `${one.name} ${inOrder(one.labels)}`;
  if (family.samples.some((one) => key(one) === key(sample))) throw new Error(`said twice: ${line}`);
  family.samples.push(sample);
}

function namesOf({ name, type }: Family): readonly string[] {
  if (type === 'histogram') return [`${name}_bucket`, `${name}_sum`, `${name}_count`];
  return type === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '' || name in labels) throw new Error(`no labels: ${text}`);
    labels[name] = value;
  }
  return labels;
}

function check({ name, type, samples }: Family): void {
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`);
  if (type !== 'histogram') return;
  const counts = samples.filter((one) => one.name === `${name}_count`);
  for (const { labels, value } of counts) {
    const mine = samples.filter((one) => one.name === `${name}_bucket` && isOf(one.labels, labels));
    const values = mine.map((one) => one.value);
    const rises = values.every((one, index) => index === 0 || one >= (values[index - 1] ?? 0));
    const whole = mine.at(-1)?.labels['le'] === '+Inf' && values.at(-1) === value;
    if (!rises || !whole) throw new Error(`${name} is no histogram: ${JSON.stringify(mine)}`);
  }
}

function isOf(bucket: ParsedSample['labels'], whose: ParsedSample['labels']): boolean {
  return inOrder(bucket) === inOrder({ ...whose, le: bucket['le'] ?? '' });
}

function inOrder(labels: ParsedSample['labels']): string {
  const sorted = Object.entries(labels).toSorted(([one], [other]) => one.localeCompare(other));
  return JSON.stringify(sorted);
}
