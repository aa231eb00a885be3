import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { assertNever } from '../../../src/protocol.ts';
import type { Fault } from './faults.ts';
import type { Provider, Read, StubAnswer } from './provider.ts';
import { rateHeaders } from './rate-limit.ts';
import type { Sight } from './stub-service.ts';

const DEFAULT_RESET_MS = 1000;
const PAGE = '<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>';
const ANOTHER_SHAPE = { ok: true, result: [1, 2, 3] };

type Asked = Extract<Read, { readonly kind: 'asked' }>;

/** A request that is to be answered, and where. */
export interface Delivery {
  readonly provider: Provider;
  readonly asked: Asked;
  readonly response: ServerResponse;
  readonly sight: Sight;
}

/** Answers well, or with the fault. Resolves once nothing more is to be said. */
export async function deliver(delivery: Delivery, fault: Fault | null): Promise<void> {
  const { asked } = delivery;
  switch (fault?.kind) {
    case undefined:
      return reply(delivery, await asked.answer(null));
    case 'code':
    case 'empty':
    case 'out_of_range':
      return reply(delivery, await asked.answer(fault));
    case 'slow':
      return (await stays(delivery.response, fault.ms)) ? reply(delivery, await asked.answer(null)) : undefined;
    case 'half_body':
      return sendHalf(delivery.response, await asked.answer(null));
    case 'hang':
      return;
    case 'cut':
      delivery.response.destroy();
      return;
    case 'status':
    case 'rate_limited':
    case 'html':
    case 'garbage':
      return insteadOfAnswer(delivery, fault);
    default:
      return assertNever(fault);
  }
}

type Instead = Extract<Fault, { readonly kind: 'status' | 'rate_limited' | 'html' | 'garbage' }>;

function insteadOfAnswer(delivery: Delivery, fault: Instead): void {
  switch (fault.kind) {
    case 'status':
      return reply(delivery, delivery.provider.failure(fault.status, fault.code));
    case 'rate_limited':
      return replyTooMany(delivery, fault.resetInMs ?? DEFAULT_RESET_MS);
    case 'garbage':
      return reply(delivery, { status: 200, body: ANOTHER_SHAPE });
    case 'html':
      delivery.sight.answered(200);
      delivery.response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      delivery.response.end(PAGE);
      return;
    default:
      return assertNever(fault);
  }
}

/** 429, in the provider's shape. */
export function replyTooMany(delivery: Delivery, resetInMs: number): void {
  const { provider, asked } = delivery;
  const headers = rateHeaders(asked.rate, nowMs() + resetInMs);
  reply(delivery, { ...provider.failure(429), headers });
}

/** It is known as answered before a byte leaves: whoever has the answer finds it so. */
export function reply({ response, sight }: Pick<Delivery, 'response' | 'sight'>, answer: StubAnswer): void {
  if (response.destroyed) return;
  sight.answered(answer.status);
  sendJson(response, answer);
}

export function sendJson(response: ServerResponse, { status, headers, body }: StubAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** The time of this machine, epoch milliseconds, as SeenRequest has it. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function sendHalf(response: ServerResponse, { status, body }: StubAnswer): void {
  const whole = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': whole.byteLength });
  response.write(whole.subarray(0, whole.byteLength / 2), () => response.destroy());
}

/** False when the client leaves before. */
async function stays(response: ServerResponse, ms: number): Promise<boolean> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  response.once('close', leave);
  try {
    await delay(ms, undefined, { signal: left.signal });
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', leave);
  }
}
