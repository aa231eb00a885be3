import { isDebian, isUbuntu, type Machine } from './machine.ts';
import { VARIABLES, type Tool } from './services.ts';

interface Wording {
  readonly name: string;
  readonly apt: string;
  readonly brew: string;
  /** What the tests do with the program once it is there. */
  readonly use: string;
  /** The way without an installation: what it is, in words, and its command. */
  readonly otherwise: { readonly what: string; readonly command: string | null };
  /** What the variable may be set to then. */
  readonly value: string;
}

const WORDINGS: Readonly<Record<Tool, Wording>> = {
  postgres: {
    name: 'PostgreSQL',
    apt: 'postgresql',
    brew: 'postgresql@17',
    use: 'the tests start a server of their own from it',
    otherwise: {
      what: 'run it in Docker, and say where',
      command:
        'docker run --rm --detach --name matching-postgres --publish 127.0.0.1:5432:5432 ' +
        '--env POSTGRES_HOST_AUTH_METHOD=trust postgres:17',
    },
    value: 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  redis: {
    name: 'Redis',
    apt: 'redis-server',
    brew: 'redis',
    use: 'the tests start a server of their own from it',
    otherwise: {
      what: 'run it in Docker, and say where',
      command: 'docker run --rm --detach --name matching-redis --publish 127.0.0.1:6379:6379 redis:7',
    },
    value: 'redis://127.0.0.1:6379',
  },
  chromium: {
    name: 'Chromium',
    apt: 'chromium',
    brew: '--cask google-chrome',
    use: 'the tests look at pages in it, without a window',
    otherwise: { what: 'say where the program of a Chromium or a Chrome is', command: null },
    value: '/path/to/chromium',
  },
  nginx: {
    name: 'nginx',
    apt: 'nginx',
    brew: 'nginx',
    use: 'the tests start one of their own from it, on loopback',
    otherwise: { what: 'say where the program of an nginx is', command: null },
    value: '/path/to/nginx',
  },
};

/** What to tell the person at a machine where a tool can neither be found nor installed: exact commands for it. */
export function instructionsFor(tool: Tool, machine: Machine): string {
  const { name, use, otherwise, value } = WORDINGS[tool];
  const variable = VARIABLES[tool];
  const install = installCommand(tool, machine);
  const set = machine.platform === 'win32' ? `set ${variable}=${value}` : `export ${variable}=${value}`;
  return [
    `The tests need ${name}: ${variable} is not set, and no program of it was found on this machine.`,
    ...(install === null ? [] : [`Install it; ${use}:`, `  ${install}`]),
    `${install === null ? capitalised(otherwise.what) : `Or ${otherwise.what}`}:`,
    ...(otherwise.command === null ? [] : [`  ${otherwise.command}`]),
    `  ${set}`,
  ].join('\n');
}

/** What to tell where the variable names a program that is none. */
export function wrongPathInstructions(tool: Tool): string {
  return `The tests need ${WORDINGS[tool].name}: ${VARIABLES[tool]} is set, but no program can be run at its path.`;
}

function installCommand(tool: Tool, machine: Machine): string | null {
  const { apt, brew } = WORDINGS[tool];
  if (machine.platform === 'darwin') return `brew install ${brew}`;
  if (tool === 'chromium' && isUbuntu(machine)) return 'sudo snap install chromium';
  if (!isDebian(machine)) return null;
  return `sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${apt}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
