import { execFile } from 'node:child_process';
import { chown, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { bringProgram, type BringOptions } from './bring-program.ts';
import { ServerFailed } from './controlled-server.ts';
import type { User } from './guardian-messages.ts';
import { freeLoopbackPort } from './loopback-port.ts';
import { disposeWith } from './owned-server.ts';
import { temporaryFolderFor, userForPostgres } from './server-user.ts';
import { openThrowaway, type RunningProgram, type Throwaway } from './throwaway.ts';

const run = promisify(execFile);

/** An nginx of one's own with the configuration of `deploy/`, on loopback. Disposal ends it and removes its folder. */
export interface Nginx extends AsyncDisposable {
  /** Such as `https://localhost:12345`. */
  readonly url: string;
  /** The same without TLS: where it sends browsers away from. */
  readonly plainUrl: string;
  readonly port: number;
  /** Its certificate, which it signed itself, as PEM. */
  readonly certificate: string;
  /** As `nginx -s reload`: new workers begin, old ones end with their last stream. Resolves when the old ones know. */
  reload(): Promise<void>;
  /** A JSON line for each request that is over. */
  accessLog(): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Everything that it has written to any log. */
  everyLog(): Promise<string>;
}

export interface NginxOptions extends BringOptions {
  /** The ports of the two instances on loopback. */
  readonly instances: readonly [number, number];
  /** Texts of `deploy/nginx.conf` and what stands instead of them, such as shorter times. */
  readonly changes?: Readonly<Record<string, string>>;
}

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const START_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 20;

/**
 * Starts it, as a user without rights where this one is root. Rejects with ProgramMissing, InstallFailed, ServerFailed,
 * or with a TypeError where the configuration has not what is to be changed.
 */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const command = await bringProgram('nginx', options);
  // It is as content as Postgres with any user but root.
  const user = await userForPostgres();
  const throwaway = await openThrowaway(temporaryFolderFor(user));
  return disposeWith(throwaway, () => launch(throwaway, { ...options, command, user }));
}

interface Launch extends NginxOptions {
  readonly command: string;
  readonly user: User | null;
}

async function launch(throwaway: Throwaway, options: Launch): Promise<Omit<Nginx, keyof AsyncDisposable>> {
  const { folder } = throwaway;
  const { command, user } = options;
  const [port, plainPort] = [await freeLoopbackPort(), await freeLoopbackPort()];
  const certificate = await signCertificate(folder);
  // The repository may be in a folder that is open to nobody but whoever runs the tests.
  await copyFile(join(DEPLOY, 'refusals.conf'), join(folder, 'refusals.conf'));
  await writeFile(join(folder, 'nginx.conf'), await configuration(folder, { ...options, port, plainPort }));
  if (user !== null) {
    const files = ['', 'nginx.conf', 'refusals.conf', 'fullchain.pem', 'privkey.pem'];
    await Promise.all(files.map((file) => chown(join(folder, file), user.uid, user.gid)));
  }
  const given = ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')];
  const logFile = join(folder, 'output.log');
  const args = [...given, '-g', 'daemon off;'];
  const program = await throwaway.run({ command, args, user, logFile, postmasterFile: null });
  await comesUp(program, { port, certificate, logFile });
  const readLog = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const retirements = async (): Promise<number> =>
    (await readLog('output.log')).split('gracefully shutting down').length;
  return {
    url: `https://localhost:${port}`,
    plainUrl: `http://localhost:${plainPort}`,
    port,
    certificate,
    async reload() {
      const before = await retirements();
      await run(command, [...given, '-s', 'reload']);
      while ((await retirements()) === before) await delay(LOOK_EVERY_MS);
    },
    async accessLog() {
      const lines = (await readLog('access.log')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Record<string, string>);
    },
    everyLog: async () => (await Promise.all(['access.log', 'output.log'].map(readLog))).join('\n'),
  };
}

/** `deploy/nginx.conf` for one loopback: other places, and nothing else but what is asked for. */
async function configuration(
  folder: string,
  options: NginxOptions & { readonly port: number; readonly plainPort: number },
): Promise<string> {
  const { port, plainPort, instances, changes = {} } = options;
  const places = {
    'worker_processes auto': 'worker_processes 1',
    // As many as any machine lets a user without rights have.
    'worker_rlimit_nofile 65536': 'worker_rlimit_nofile 1024',
    'worker_connections 32768': 'worker_connections 512',
    '/tmp/': `${folder}/`,
    '/dev/stdout': join(folder, 'access.log'),
    '/etc/nginx/tls/': `${folder}/`,
    '/etc/nginx/refusals.conf': join(folder, 'refusals.conf'),
    'listen 8080 ': `listen 127.0.0.1:${plainPort} `,
    'listen 8443 ': `listen 127.0.0.1:${port} `,
    '172.30.0.11:8001': `127.0.0.1:${instances[0]}`,
    '172.30.0.12:8001': `127.0.0.1:${instances[1]}`,
  };
  const text = await readFile(join(DEPLOY, 'nginx.conf'), 'utf8');
  return Object.entries({ ...changes, ...places }).reduce((before, [given, wanted]) => {
    if (!before.includes(given)) throw new TypeError(`deploy/nginx.conf does not say "${given}"`);
    return before.replaceAll(given, wanted);
  }, text);
}

/** Makes `privkey.pem`, and `fullchain.pem` for the name `localhost`; returns the latter. */
async function signCertificate(folder: string): Promise<string> {
  const [key, chain] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')];
  const made = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2';
  const named = '-subj /CN=localhost -addext subjectAltName=DNS:localhost';
  await run('openssl', [...`${made} ${named}`.split(' '), '-keyout', key, '-out', chain]);
  return readFile(chain, 'utf8');
}

async function comesUp(
  program: RunningProgram,
  { logFile, ...at }: { readonly port: number; readonly certificate: string; readonly logFile: string },
): Promise<void> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (; !program.hasExited && !limit.aborted; await delay(LOOK_EVERY_MS)) if (await showsCertificate(at)) return;
  throw new ServerFailed(`nginx did not come up:\n${await readFile(logFile, 'utf8')}`);
}

/** Whether what listens there is this very nginx. */
function showsCertificate({ port, certificate }: { port: number; certificate: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificate });
    const end = (shown: boolean) => (): void => {
      socket.destroy();
      resolve(shown);
    };
    socket.once('secureConnect', end(true)).once('error', end(false));
  });
}
