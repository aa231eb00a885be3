import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';

/** What the search for servers looks at: everything it knows of the machine. */
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
  const lines = (machine.osRelease ?? '').matchAll(/^ID(?:_LIKE)?=(.*)$/gmu);
  const names = new Set([...lines].flatMap(([, value = '']) => value.match(/[\w.-]+/gu) ?? []));
  const hasApt = pathOf(machine).some((folder) => machine.isExecutable(posix.join(folder, 'apt-get')));
  return hasApt && (names.has('debian') || names.has('ubuntu'));
}
