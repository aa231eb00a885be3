import { dirname } from 'node:path';
import type { Machine } from '../support/services/machine.ts';

export const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';

/** A machine that has just these programs, by their paths; what is not said is a Linux without packages for a person. */
export function machineOf(programs: readonly string[], rest: Partial<Machine> = {}): Machine {
  const folders = new Set(programs.flatMap(foldersOf));
  return {
    environment: { PATH: '/usr/local/bin:/usr/bin' },
    platform: 'linux',
    uid: 1000,
    osRelease: null,
    isExecutable: (path) => programs.includes(path),
    entriesOf: (folder) =>
      [...folders].filter((one) => dirname(one) === folder).map((one) => one.slice(folder.length + 1)),
    ...rest,
  };
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersOf(folder)];
}

/** Both programs of Postgres in a folder. */
export function postgresIn(folder: string): readonly string[] {
  return [`${folder}/postgres`, `${folder}/initdb`];
}
