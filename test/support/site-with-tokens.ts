import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inject } from 'vitest';
import { createDatabase } from './services/databases.ts';
import { type Nginx, startNginx } from './services/nginx.ts';
import { startTestApp, type TestApp } from './test-app.ts';
import { SECRET } from './tokens.ts';

/** Two instances that ask for tokens by SECRET and share everything, and nginx before them. */
export interface SiteWithTokens extends AsyncDisposable {
  readonly nginx: Nginx;
  readonly instances: readonly [TestApp, TestApp];
}

/** Starts one, with these settings besides. From then on this thread's connections believe its certificate. */
export async function startSiteWithTokens(env: Readonly<Record<string, string>> = {}): Promise<SiteWithTokens> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase({ url: inject('postgresUrl') }));
  const settings = {
    AUTH_JWT_SECRET: SECRET,
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
    DEMO_DATA: 'true',
    TRUST_PROXY: '127.0.0.1',
    ...env,
  };
  const one = stack.use(await startTestApp(settings));
  const other = stack.use(await startTestApp(settings));
  const nginx = stack.use(await startNginx({ instances: [portOf(one), portOf(other)], say: () => {} }));
  setDefaultCACertificates([...getCACertificates(), nginx.certificate]);
  const owned = stack.move();
  return { nginx, instances: [one, other], [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function portOf({ url }: TestApp): number {
  return Number(new URL(url).port);
}
