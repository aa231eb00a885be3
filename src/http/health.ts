import type { Clock } from '../clock.ts';
import { causeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { send, type Route } from './exchange.ts';
import { jsonAnswer } from './refusal.ts';

/** What must answer for the server to be ready, by name, such as `database`. A check rejects when it does not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2000;

interface ReadinessOptions {
  readonly checks: ReadinessChecks;
  /** Whether the server sends its streams away: it is not ready then, whatever the checks say. */
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether the process is alive: 200 as long as it answers. */
export function livenessRoute(): Route {
  return open((res) => send(res, jsonAnswer({ status: 'ok' }, 200)));
}

/**
 * Whether the process can serve: 200, or 503 with the checks that failed; why, is in the log alone. While it drains, 503
 * without asking any.
 */
export function readinessRoute(options: ReadinessOptions): Route {
  return open(async (res) => {
    if (options.isDraining()) return send(res, jsonAnswer({ status: 'draining', checks: {} }, 503));
    const names = Object.keys(options.checks);
    const passed = await Promise.all(names.map((name) => passes(name, options)));
    const ready = passed.every(Boolean);
    const checks = Object.fromEntries(names.map((name, index) => [name, passed[index] === true ? 'ok' : 'failed']));
    send(res, jsonAnswer({ status: ready ? 'ok' : 'unavailable', checks }, ready ? 200 : 503));
  });
}

function open(answer: (res: Parameters<typeof send>[0]) => Promise<void> | void): Route {
  return { methods: ['GET', 'HEAD'], authenticated: false, handle: ({ res }) => answer(res) };
}

async function passes(name: string, { checks, clock, log }: ReadinessOptions): Promise<boolean> {
  const tooLong = Promise.withResolvers<never>();
  const timer = clock.after(CHECK_TIMEOUT_MS, () => tooLong.reject(new DOMException('too long', 'TimeoutError')));
  try {
    await Promise.race([checks[name]?.(), tooLong.promise]);
    return true;
  } catch (error) {
    log.warn({ check: name, cause: causeOf(error) }, 'not ready');
    return false;
  } finally {
    timer.cancel();
  }
}
