import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** apt could not install a package; the message ends with apt's own last words. */
export class InstallFailed extends Error {
  override readonly name = 'InstallFailed';
}

/**
 * Installs packages of Debian or Ubuntu for their programs alone: no service starts, now or at the next boot. Takes
 * root. Two processes may do it at once. Goes on to its end when this process ends before. Rejects with InstallFailed.
 *
 * @param environment what the installer sees on top of this process's own environment
 */
export async function installByApt(
  packages: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const script = join(import.meta.dirname, 'install-by-apt.sh');
  const installer = spawn('sh', [script, ...packages], {
    // A session of its own: half an installation is worse than one that a Ctrl-C does not stop.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  });
  const [said, [code]] = await Promise.all([text(installer.stdout), once(installer, 'close')]);
  if (code !== 0) throw new InstallFailed(`apt could not install ${packages.join(' and ')}:\n${said.trimEnd()}`);
}
