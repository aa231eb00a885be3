export const SERVICES = ['postgres', 'redis'] as const;
/** A server that tests need. */
export type Service = (typeof SERVICES)[number];

/** What tests need of a machine: the programs of the servers, and a browser. */
export const TOOLS = [...SERVICES, 'chromium'] as const;
export type Tool = (typeof TOOLS)[number];

/** The environment variable that names a server by its address, and the browser by its program's path. */
export const VARIABLES: Readonly<Record<Tool, string>> = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  chromium: 'CHROMIUM_PATH',
};
