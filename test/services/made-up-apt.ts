import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installByApt } from '../support/services/install-by-apt.ts';

/** A folder that stands for a machine's `/`, with an apt-get that notes what it was asked and what it saw. */
export interface MadeUpApt extends AsyncDisposable {
  /** Where the machine's policy for services is. */
  readonly policyFile: string;
  /** Where it is said that no cluster is to be made. */
  readonly clusterFile: string;
  install(...packages: readonly string[]): Promise<void>;
  /** What was done, a line each. */
  notes(): Promise<readonly string[]>;
  writePolicy(text: string): Promise<void>;
}

/**
 * An apt-get as packages see it: it asks the policy whether a service may start, and looks whether a cluster is wanted.
 *
 * @param trouble shell commands that go before an installation, such as `exit 100`
 */
export async function madeUpApt(trouble = ''): Promise<MadeUpApt> {
  const root = await mkdtemp(join(tmpdir(), 'matching-apt-'));
  const folder = (name: string): Promise<unknown> => mkdir(join(root, name), { recursive: true });
  await Promise.all([folder('usr/sbin'), folder('bin'), folder('installed')]);
  const command = async (name: string, text: string): Promise<void> => {
    await writeFile(join(root, 'bin', name), `#!/bin/sh\n${text}`, { mode: 0o755 });
  };
  await Promise.all([
    command('apt-get', APT_GET.replace('TROUBLE', trouble)),
    command('dpkg-query', '[ -e "$ROOT/installed/$4" ] && echo installed\n'),
    command('systemctl', 'echo "systemctl $*" >>"$ROOT/notes"\n'),
  ]);
  const policyFile = join(root, 'usr/sbin/policy-rc.d');
  return {
    policyFile,
    clusterFile: join(root, 'etc/postgresql-common/createcluster.d/matching-tests.conf'),
    install: (...packages) =>
      installByApt(packages, { ROOT: root, TMPDIR: root, PATH: `${root}/bin:${process.env['PATH'] ?? ''}` }),
    async notes() {
      return (await readFile(join(root, 'notes'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
    },
    async writePolicy(text) {
      await writeFile(policyFile, text);
      await chmod(policyFile, 0o755);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

const APT_GET = `
note() { echo "$*" >>"$ROOT/notes"; }
note "apt-get $1"
[ "$1" = update ] && { : >"$ROOT/lists"; exit 0; }
mkdir "$ROOT/busy" || { note 'two at once'; exit 1; }
trap 'rmdir "$ROOT/busy"' EXIT
TROUBLE
for package in "$@"; do :; done
"$ROOT/usr/sbin/policy-rc.d" "$package" start; note "$package start: $?"
note "cluster: $(cat "$ROOT"/etc/postgresql-common/createcluster.d/*.conf 2>/dev/null)"
: >"$ROOT/installed/$package"
`;
