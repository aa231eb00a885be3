import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { vi } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../src/clock.ts';
import { createMemoryCallBudget } from '../../../src/geo/budget/memory-call-budget.ts';
import type { CallBudget, CallLimit } from '../../../src/geo/call-budget.ts';
import { createHttpMapService, type HttpMapServiceOptions } from '../../../src/geo/http-map-service.ts';
import type { MapRequest } from '../../../src/geo/map-service.ts';
import type { Fault } from '../../support/map-services/index.ts';
import { RecordingLog } from '../../support/recording-log.ts';

export const TOKEN = 'pk.stub';
/** A street of nobody, and what must never be told of it. */
export const STREET = 'Geheimweg 7, Berlin';
export const SECRETS = [TOKEN, 'Geheimweg', 'access_token', '/forward', '127.0.0.1', 'localhost'] as const;

/** Any number of calls. */
export const FREELY: CallLimit = { name: 'free', calls: 1000, windowMs: 1000, spacingMs: 0, perMonth: null };

/** What an answer of the stub's geocoding looks like, as far as a service has to know. */
export const ANSWER = z.object({ features: z.array(z.unknown()) });

type Given = Partial<Omit<HttpMapServiceOptions, 'log'>>;

/** A service called `maps` that retries after a millisecond, by the machine's clock unless another is given. */
export function benchService(given: Given = {}) {
  const clock = given.clock ?? systemClock;
  const log = new RecordingLog();
  const options = { name: 'maps', limit: FREELY, budget: createMemoryCallBudget(clock), retryDelays: QUICKLY };
  return { service: createHttpMapService({ ...options, ...given, clock, log }), log };
}

const QUICKLY = { firstMs: 1, mostMs: 2 };

/** What the stub's geocoding answers well. */
export function requestTo(
  base: string,
  signal = new AbortController().signal,
): MapRequest<{ readonly features: readonly unknown[] }> {
  const url = new URL('/search/geocode/v6/forward', base);
  url.search = new URLSearchParams({ q: STREET, access_token: TOKEN }).toString();
  return { url, answer: ANSWER, signal };
}

/** Hears of waits. */
export function waitListener() {
  return vi.fn<(waitMs: number) => Promise<void>>(async () => {});
}

/** A budget of which some is as given. */
export function budgetThat(given: Partial<CallBudget>): CallBudget {
  const budget = createMemoryCallBudget(systemClock);
  return {
    reserve: (limit, mostWaitMs) => budget.reserve(limit, mostWaitMs),
    hold: (limit, forMs) => budget.hold(limit, forMs),
    heldFor: (limit) => budget.heldFor(limit),
    left: (limit) => budget.left(limit),
    ...given,
  };
}

/** What a service has to be given so that this fault is not waited for longer than a test should take. */
export function patienceFor({ kind }: Fault, timeoutMs = 50): { readonly timeoutMs?: number } {
  return kind === 'hang' || kind === 'slow' ? { timeoutMs } : {};
}

/** What a promise rejects with. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** All that can be seen of an error, its causes and its hidden parts too. */
export function shown(thrown: unknown): string {
  return `${inspect(thrown, { depth: 10, showHidden: true, getters: true })} ${JSON.stringify(thrown)}`;
}

/** A server of one listener on loopback, closed with all its connections at the end of its block. */
export async function serve(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
