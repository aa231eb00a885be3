import { readFileSync } from 'node:fs';

/** An instruction of a Dockerfile, on one line. */
export interface Instruction {
  /** Such as `COPY`. */
  readonly word: string;
  /** What follows it, without comments and line ends. */
  readonly rest: string;
}

/** A stage: what stands from one FROM to the next. */
export type Stage = readonly Instruction[];

/** The stages of a Dockerfile, without what stands before the first. */
export function readDockerfile(path: string): readonly Stage[] {
  const text = readFileSync(path, 'utf8')
    .replaceAll(/^#.*\n/gmu, '')
    .replaceAll(/\\\n\s*/gu, '');
  const stages: Instruction[][] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/u.exec(line) ?? [];
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest });
  }
  return stages;
}

/** What an instruction of this word says in a stage, for each time that it stands there. */
export function saidBy(stage: Stage, word: string): readonly string[] {
  return stage.filter((one) => one.word === word).map(({ rest }) => rest);
}

/** The variables that a stage sets. */
export function variablesOf(stage: Stage): Readonly<Record<string, string>> {
  const pairs = saidBy(stage, 'ENV').flatMap((line) => line.split(/\s+/u));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

/** A command in exec form: `["node", "x"]`, after whatever options. */
export function commandOf(line: string): readonly string[] {
  return JSON.parse(line.slice(line.indexOf('['))) as string[];
}
