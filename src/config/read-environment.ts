import { checkTogether } from './checks.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { ABOUT_VARIABLES, ENVIRONMENT, type Environment } from './variables.ts';

/** Reads every variable; an empty text counts as not set. Throws ConfigError with all that is wrong. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = ENVIRONMENT.safeParse(given);
  const wrong = new Map<string, ConfigIssue>();
  for (const { path, message } of read.error?.issues ?? []) {
    const name = String(path[0]);
    if (!wrong.has(name)) wrong.set(name, wrongValue(name, given[name] ?? '', message));
  }
  const issues = [...wrong.values(), ...checkTogether(given)];
  if (issues.length > 0 || !read.success) throw new ConfigError(issues);
  return read.data;
}

function wrongValue(name: string, given: string, allowed: string): ConfigIssue {
  const schema = Object.entries(ENVIRONMENT.shape).find(([known]) => known === name)?.[1];
  const isSecret = schema === undefined || ABOUT_VARIABLES.get(schema)?.secret !== false;
  return { variables: [name], message: `given ${shown(given, isSecret)}; allowed: ${allowed}` };
}

/** Of what may hold a password only the scheme is shown. */
function shown(given: string, isSecret: boolean): string {
  const longest = 60;
  if (!isSecret && !given.includes('@')) return JSON.stringify(given.slice(0, longest));
  const scheme = /^[a-z+]{1,20}:\/\//u.exec(given)?.[0];
  return scheme === undefined ? 'something that is not shown, as it may be secret' : `"${scheme}…"`;
}
