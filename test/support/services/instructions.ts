import { isDebian, type Machine } from './machine.ts';
import { VARIABLES, type Service } from './services.ts';

interface Wording {
  readonly name: string;
  readonly apt: string;
  readonly brew: string;
  /** One container on loopback that goes when it is stopped. */
  readonly docker: string;
  /** The container's address. */
  readonly url: string;
}

const WORDINGS: Readonly<Record<Service, Wording>> = {
  postgres: {
    name: 'PostgreSQL',
    apt: 'postgresql',
    brew: 'postgresql@17',
    docker:
      'docker run --rm --detach --name matching-postgres --publish 127.0.0.1:5432:5432 ' +
      '--env POSTGRES_HOST_AUTH_METHOD=trust postgres:17',
    url: 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  redis: {
    name: 'Redis',
    apt: 'redis-server',
    brew: 'redis',
    docker: 'docker run --rm --detach --name matching-redis --publish 127.0.0.1:6379:6379 redis:7',
    url: 'redis://127.0.0.1:6379',
  },
};

/** What to tell the person at a machine where a server can neither be found nor installed: exact commands for it. */
export function instructionsFor(service: Service, machine: Machine): string {
  const { name, docker, url } = WORDINGS[service];
  const variable = VARIABLES[service];
  const install = installCommand(service, machine);
  const set = machine.platform === 'win32' ? `set ${variable}=${url}` : `export ${variable}=${url}`;
  return [
    `The tests need ${name}: ${variable} is not set, and no program of it was found on this machine.`,
    ...(install === null ? [] : ['Install it; the tests start a server of their own from it:', `  ${install}`]),
    `${install === null ? 'Run' : 'Or run'} it in Docker, and say where:`,
    `  ${docker}`,
    `  ${set}`,
  ].join('\n');
}

function installCommand(service: Service, machine: Machine): string | null {
  const { apt, brew } = WORDINGS[service];
  if (machine.platform === 'darwin') return `brew install ${brew}`;
  if (!isDebian(machine)) return null;
  return `sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${apt}`;
}
