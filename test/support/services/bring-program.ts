import { findProgram } from './find-service.ts';
import { installByApt } from './install-by-apt.ts';
import { instructionsFor } from './instructions.ts';
import { thisMachine, type Machine } from './machine.ts';
import { VARIABLES, type Tool } from './services.ts';

/** A program can neither be found nor installed here; the message says what to do. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing';
}

export interface BringOptions {
  /** Hears, in a line each, what takes long. Default: standard output. */
  readonly say?: (line: string) => void;
  readonly machine?: Machine;
}

/** Writes a line to standard output. */
export function sayAloud(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * The path of a tool's program, which is installed first where that can be done without asking. Rejects with
 * ProgramMissing, or with InstallFailed.
 */
export async function bringProgram(tool: Tool, options: BringOptions = {}): Promise<string> {
  const { say = sayAloud, machine = thisMachine() } = options;
  const found = findProgram(tool, machine);
  if (found.kind === 'installed') return found.program;
  if (found.kind === 'missing') throw new ProgramMissing(found.instructions);
  const { packageName } = found;
  say(`${packageName} is not on this machine and ${VARIABLES[tool]} is not set: installing it by apt (once) …`);
  const startedAt = performance.now();
  await installByApt([packageName]);
  const seconds = Math.ceil((performance.now() - startedAt) / 1000);
  const installed = findProgram(tool, machine);
  if (installed.kind !== 'installed') throw new ProgramMissing(instructionsFor(tool, machine));
  say(`${packageName} is installed, in ${seconds} s; no service of it was started.`);
  return installed.program;
}

/** Whether a program can be started here. Where it cannot, tests that break servers, or look at pages, are left out. */
export function canStart(tool: Tool, machine: Machine = thisMachine()): boolean {
  return findProgram(tool, machine).kind !== 'missing';
}
