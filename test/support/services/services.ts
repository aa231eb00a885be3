export const SERVICES = ['postgres', 'redis'] as const;
/** A server that tests need. */
export type Service = (typeof SERVICES)[number];

/** What tests need of a machine: the programs of the servers, a browser, and the proxy that stands before instances. */
export const TOOLS = [...SERVICES, 'chromium', 'nginx'] as const;
export type Tool = (typeof TOOLS)[number];

/** The environment variable that names a server by its address, and any other tool by its program's path. */
export const VARIABLES: Readonly<Record<Tool, string>> = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  chromium: 'CHROMIUM_PATH',
  nginx: 'NGINX_PATH',
};

/** Whether a tool is named by an address; any other is named by a path. */
export function isService(tool: Tool): tool is Service {
  return SERVICES.some((service) => service === tool);
}
