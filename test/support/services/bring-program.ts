import { findProgram } from './find-service.ts';
import { installByApt } from './install-by-apt.ts';
import { instructionsFor } from './instructions.ts';
import { thisMachine, type Machine } from './machine.ts';
import { VARIABLES, type Service } from './services.ts';

/** A server's program can neither be found nor installed here; the message says what to do. */
export class ServiceMissing extends Error {
  override readonly name = 'ServiceMissing';
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
 * The path of a server's program, which is installed first where that can be done without asking. Rejects with
 * ServiceMissing, or with InstallFailed.
 */
export async function bringProgram(service: Service, options: BringOptions = {}): Promise<string> {
  const { say = sayAloud, machine = thisMachine() } = options;
  const found = findProgram(service, machine);
  if (found.kind === 'installed') return found.program;
  if (found.kind === 'missing') throw new ServiceMissing(found.instructions);
  const { packageName } = found;
  say(`${packageName} is not on this machine and ${VARIABLES[service]} is not set: installing it by apt (once) …`);
  const startedAt = performance.now();
  await installByApt([packageName]);
  const seconds = Math.ceil((performance.now() - startedAt) / 1000);
  const installed = findProgram(service, machine);
  if (installed.kind !== 'installed') throw new ServiceMissing(instructionsFor(service, machine));
  say(`${packageName} is installed, in ${seconds} s; no service of it was started.`);
  return installed.program;
}

/** Whether a server of one's own can be started here. Where it cannot, tests that break servers are left out. */
export function canStart(service: Service, machine: Machine = thisMachine()): boolean {
  return findProgram(service, machine).kind !== 'missing';
}
