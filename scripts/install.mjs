// Installs what package-lock.json names, where node_modules is absent or stale. Plain JavaScript: it runs on whatever
// Node the machine has, before the one that the project carries is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

function packagesOf(path) {
  const file = new URL(path, root);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** npm notes what it has installed in a lockfile of its own; packages for other platforms are not in it. */
function isFresh() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  const same = (path) => installed[path]?.version === wanted[path]?.version;
  const needed = Object.keys(wanted).filter((path) => path !== '' && !wanted[path].optional);
  return needed.every(same) && Object.keys(installed).every(same);
}

if (!isFresh()) {
  console.log('Installing dependencies (npm ci); this is done once, and again when they change …');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...given] = [...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, given, {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
    shell: npm.length === 1 && process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed. Is the npm registry within reach? Its own message stands above.');
    process.exit(status ?? 1);
  }
}

// The Node that came along is what every script runs on from here.
const carried = new URL(`node_modules/.bin/node${process.platform === 'win32' ? '.cmd' : ''}`, root);
if (existsSync(carried)) {
  const tried = spawnSync(fileURLToPath(carried), ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (tried.status !== 0) {
    console.error(`The Node that the project brings does not run on this machine:\n${tried.stderr ?? ''}`);
    if (/libatomic/.test(tried.stderr ?? '')) {
      console.error(
        'It needs libatomic: `apt-get install libatomic1` on Debian and Ubuntu, `dnf install libatomic` on Fedora.',
      );
    }
    process.exit(1);
  }
} else if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `The project brings no Node for ${process.platform} ${process.arch}, and this one is ${process.version}. Install Node 24 or newer.`,
  );
  process.exit(1);
}
