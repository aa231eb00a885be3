import type { GraphqlCaller } from '../../src/schema/executor.ts';

/** A caller who may do anything, and has not left. */
export function testCaller(changes: Partial<GraphqlCaller> = {}): GraphqlCaller {
  return {
    account: 'anna',
    requestId: 'request-1',
    method: 'POST',
    acceptsStream: true,
    signal: new AbortController().signal,
    expired: new AbortController().signal,
    expiresAt: null,
    admitStream: async () => {},
    spend: async () => {},
    ...changes,
  };
}
