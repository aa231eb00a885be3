import { posix } from 'node:path';
import { instructionsFor } from './instructions.ts';
import { isDebian, pathOf, type Machine } from './machine.ts';
import { VARIABLES, type Service } from './services.ts';

/** The server's program is here. For Postgres its `initdb` lies beside it. */
export interface Installed {
  readonly kind: 'installed';
  /** An absolute path. */
  readonly program: string;
}

/** The program can be had from Debian's or Ubuntu's packages without asking anybody. */
export interface Installable {
  readonly kind: 'installable';
  readonly packageName: string;
}

/** Only the person at the machine can help. */
export interface Missing {
  readonly kind: 'missing';
  /** What to do, with the exact commands; several lines. */
  readonly instructions: string;
}

/** The environment names a server that runs. */
export interface Given {
  readonly kind: 'given';
  readonly url: string;
}

/** How a server of one's own can be had. */
export type ProgramFinding = Installed | Installable | Missing;
/** How any server can be had. */
export type Finding = Given | ProgramFinding;

const PACKAGES: Readonly<Record<Service, string>> = { postgres: 'postgresql', redis: 'redis-server' };

/** Programs of which any one serves, the first that is found; all of a group must lie in one folder. */
const PROGRAMS: Readonly<Record<Service, readonly (readonly [program: string, ...beside: string[]])[]>> = {
  postgres: [['postgres', 'initdb']],
  redis: [['redis-server'], ['valkey-server']],
};

const HOMEBREW_PACKAGES: Readonly<Record<Service, string>> = { postgres: 'postgresql', redis: 'redis' };

const HOMEBREW = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'] as const;

/** Where packages put a folder for each version: the part before the version, and the part after. */
const VERSIONED_FOLDERS: readonly (readonly [folder: string, prefix: string])[] = [
  ['/usr/lib/postgresql', ''],
  ['/usr', 'pgsql-'],
  ...HOMEBREW.map((prefix) => [`${prefix}/opt`, 'postgresql@'] as const),
  ['/Applications/Postgres.app/Contents/Versions', ''],
];

/** The server that the environment names, else how one of one's own can be had. */
export function findService(service: Service, machine: Machine): Finding {
  const url = machine.environment[VARIABLES[service]] ?? '';
  return url === '' ? findProgram(service, machine) : { kind: 'given', url };
}

/**
 * How a server of one's own can be had: from the program on PATH; else from where packages and Homebrew put it, the
 * newest version; else by apt, which takes root on Debian or Ubuntu.
 */
export function findProgram(service: Service, machine: Machine): ProgramFinding {
  const missing: Missing = { kind: 'missing', instructions: instructionsFor(service, machine) };
  if (machine.platform === 'win32') return missing;
  for (const folder of foldersOf(service, machine)) {
    for (const group of PROGRAMS[service]) {
      const paths = group.map((name) => posix.join(folder, name));
      if (paths.every((path) => machine.isExecutable(path))) return { kind: 'installed', program: paths[0] ?? '' };
    }
  }
  if (machine.uid !== 0 || !isDebian(machine)) return missing;
  return { kind: 'installable', packageName: PACKAGES[service] };
}

function foldersOf(service: Service, machine: Machine): readonly string[] {
  const versioned = service === 'postgres' ? VERSIONED_FOLDERS.flatMap((place) => versionsIn(place, machine)) : [];
  const homebrew = HOMEBREW.flatMap((prefix) => [`${prefix}/bin`, `${prefix}/opt/${HOMEBREW_PACKAGES[service]}/bin`]);
  return [...pathOf(machine), ...versioned, ...homebrew];
}

/** The folders of programs, the newest version first. */
function versionsIn([folder, prefix]: readonly [string, string], machine: Machine): readonly string[] {
  return machine
    .entriesOf(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+(?:\.\d+)?$/u.test(name.slice(prefix.length)))
    .toSorted((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
    .map((name) => posix.join(folder, name, 'bin'));
}
