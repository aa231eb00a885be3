import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';

/** What the search for programs looks at: everything it knows of the machine. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's id; 0 is root, null where there are none (Windows). */
  readonly uid: number | null;
  /** The text of /etc/os-release, null where there is none. */
  readonly osRelease: string | null;
  /** Whether a path is a file that may be executed. */
  readonly isExecutable: (path: string) => boolean;
  /** The names in a folder; none when it cannot be read. */
  readonly entriesOf: (folder: string) => readonly string[];
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  return {
    environment: process.env,
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    osRelease: attempt(() => readFileSync('/etc/os-release', 'utf8')),
    isExecutable: (path) => attempt(() => (accessSync(path, constants.X_OK), statSync(path).isFile())) ?? false,
    entriesOf: (folder) => attempt(() => readdirSync(folder)) ?? [],
  };
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** The folders of PATH. Relative ones are left out: what they name depends on where the process stands. */
export function pathOf(machine: Machine): readonly string[] {
  return (machine.environment['PATH'] ?? '').split(':').filter((folder) => posix.isAbsolute(folder));
}

/** Debian, Ubuntu or one made from them, with apt-get. */
export function isDebian(machine: Machine): boolean {
  const names = new Set([...namesIn('ID', machine), ...namesIn('ID_LIKE', machine)]);
  const hasApt = pathOf(machine).some((folder) => machine.isExecutable(posix.join(folder, 'apt-get')));
  return hasApt && (names.has('debian') || names.has('ubuntu'));
}

/** Ubuntu itself, where some programs come as snaps only. */
export function isUbuntu(machine: Machine): boolean {
  return namesIn('ID', machine).includes('ubuntu');
}

/** The words of a field of /etc/os-release (os-release(5)). */
function namesIn(field: 'ID' | 'ID_LIKE', { osRelease }: Machine): readonly string[] {
  const [, value = ''] = new RegExp(`^${field}=(.*)$`, 'mu').exec(osRelease ?? '') ?? [];
  return value.match(/[\w.-]+/gu) ?? [];
}
