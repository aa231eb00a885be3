import { posix } from 'node:path';
import { instructionsFor, wrongPathInstructions } from './instructions.ts';
import { isDebian, isUbuntu, pathOf, type Machine } from './machine.ts';
import { isService, VARIABLES, type Service, type Tool } from './services.ts';

/** The program is here. For Postgres its `initdb` lies beside it. */
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

/** How a program can be had. */
export type ProgramFinding = Installed | Installable | Missing;
/** How any server can be had. */
export type Finding = Given | ProgramFinding;

const PACKAGES: Readonly<Record<Tool, string>> = {
  postgres: 'postgresql',
  redis: 'redis-server',
  chromium: 'chromium',
  nginx: 'nginx',
};

/** Programs of which any one serves, the first that is found; all of a group must lie in one folder. */
const PROGRAMS: Readonly<Record<Tool, readonly (readonly [program: string, ...beside: string[]])[]>> = {
  postgres: [['postgres', 'initdb']],
  redis: [['redis-server'], ['valkey-server']],
  chromium: [
    ['chromium'],
    ['chromium-browser'],
    ['google-chrome'],
    ['google-chrome-stable'],
    ['Google Chrome'],
    ['Chromium'],
  ],
  nginx: [['nginx']],
};

const HOMEBREW = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'] as const;

/** Where packages put a program that they do not put on PATH, by the folders that Homebrew or macOS give it. */
const OWN_FOLDERS: Readonly<Record<Tool, readonly string[]>> = {
  postgres: homebrewFolders('postgresql'),
  redis: homebrewFolders('redis'),
  chromium: [
    ...homebrewFolders('chromium'),
    '/snap/bin',
    '/Applications/Google Chrome.app/Contents/MacOS',
    '/Applications/Chromium.app/Contents/MacOS',
  ],
  // Where Debian puts it: not on everybody's PATH.
  nginx: ['/usr/sbin', ...homebrewFolders('nginx')],
};

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
 * How a program can be had: the one that the environment names by its path; else from PATH; else from where packages
 * and Homebrew put it, the newest version; else by apt, which takes root on Debian or Ubuntu.
 */
export function findProgram(tool: Tool, machine: Machine): ProgramFinding {
  const named = isService(tool) ? '' : (machine.environment[VARIABLES[tool]] ?? '');
  if (named !== '') {
    if (machine.isExecutable(named)) return { kind: 'installed', program: named };
    return { kind: 'missing', instructions: wrongPathInstructions(tool) };
  }
  const missing: Missing = { kind: 'missing', instructions: instructionsFor(tool, machine) };
  if (machine.platform === 'win32') return missing;
  for (const folder of foldersOf(tool, machine)) {
    for (const group of PROGRAMS[tool]) {
      const paths = group.map((name) => posix.join(folder, name));
      if (paths.every((path) => machine.isExecutable(path))) return { kind: 'installed', program: paths[0] ?? '' };
    }
  }
  return isInstallable(tool, machine) ? { kind: 'installable', packageName: PACKAGES[tool] } : missing;
}

function isInstallable(tool: Tool, machine: Machine): boolean {
  if (machine.uid !== 0 || !isDebian(machine)) return false;
  // Ubuntu's package of Chromium is an empty one that asks for a snap, which a container cannot install.
  return tool !== 'chromium' || !isUbuntu(machine);
}

function foldersOf(tool: Tool, machine: Machine): readonly string[] {
  const versioned = tool === 'postgres' ? VERSIONED_FOLDERS.flatMap((place) => versionsIn(place, machine)) : [];
  return [...pathOf(machine), ...versioned, ...OWN_FOLDERS[tool]];
}

function homebrewFolders(name: string): readonly string[] {
  return HOMEBREW.flatMap((prefix) => [`${prefix}/bin`, `${prefix}/opt/${name}/bin`]);
}

/** The folders of programs, the newest version first. */
function versionsIn([folder, prefix]: readonly [string, string], machine: Machine): readonly string[] {
  return machine
    .entriesOf(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+(?:\.\d+)?$/u.test(name.slice(prefix.length)))
    .toSorted((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
    .map((name) => posix.join(folder, name, 'bin'));
}
