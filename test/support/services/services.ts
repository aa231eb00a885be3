export const SERVICES = ['postgres', 'redis'] as const;
/** A server that tests need. */
export type Service = (typeof SERVICES)[number];

/** The environment variable that names a server. */
export const VARIABLES: Readonly<Record<Service, string>> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL' };
