import {
  assertNever,
  type Answer,
  type ErrorBody,
  type MatchResultsBody,
  type ProcessingUpdateBody,
} from '../../../src/protocol.ts';
import type {
  KeyedQuestion,
  Lease,
  RecordedStep,
  SessionKey,
  SessionStart,
  SessionStore,
} from '../../../src/session/session-store.ts';
import type { Step } from './model-log.ts';
import type { ModelState, Moment } from './model-state.ts';
import * as registry from './registry-model.ts';
import * as runner from './runner-model.ts';
import * as session from './session-model.ts';

/** A call of a store as data, so that it can be made again, on a store or on the model of one. */
export type Call =
  | { readonly verb: 'start'; readonly key: SessionKey; readonly start: SessionStart }
  | { readonly verb: 'claim'; readonly key: SessionKey; readonly epoch: number; readonly instance: string }
  | RunnerCall
  | {
      readonly verb: 'answer';
      readonly key: SessionKey;
      readonly interactionId: string;
      readonly answer: Answer;
      readonly acknowledgement: string;
    }
  | { readonly verb: 'cancel'; readonly key: SessionKey; readonly error: ErrorBody }
  | { readonly verb: 'expire' | 'snapshot'; readonly key: SessionKey }
  | { readonly verb: 'read'; readonly key: SessionKey; readonly after: number; readonly limit: number }
  | { readonly verb: 'heartbeat' | 'survey'; readonly instance: string; readonly leaseMs: number }
  | { readonly verb: 'retire' | 'runningOn'; readonly instance: string };

/** A call under a lease, as the lease is before it. */
export type RunnerCall =
  | { readonly verb: 'recorded'; readonly lease: Lease }
  | {
      readonly verb: 'append';
      readonly lease: Lease;
      readonly key: string;
      readonly event: ProcessingUpdateBody | ErrorBody;
    }
  | { readonly verb: 'record'; readonly lease: Lease; readonly key: string; readonly step: RecordedStep }
  | {
      readonly verb: 'ask';
      readonly lease: Lease;
      readonly questions: readonly KeyedQuestion[];
      readonly timeoutMs: number;
    }
  | { readonly verb: 'finish'; readonly lease: Lease; readonly last: MatchResultsBody | ErrorBody };

/** Makes the call on a store. What a runner's call gives has what its lease has seen beside it. */
export async function perform(store: SessionStore, call: Call): Promise<unknown> {
  switch (call.verb) {
    case 'start':
      return store.start(call.key, call.start);
    case 'claim':
      return store.claim(call.key, call.epoch, call.instance);
    case 'answer':
      return store.answer(call.key, call.interactionId, call.answer, call.acknowledgement);
    case 'cancel':
      return store.cancel(call.key, call.error);
    case 'expire':
    case 'snapshot':
      return store[call.verb](call.key);
    case 'read':
      return store.read(call.key, call.after, call.limit);
    case 'heartbeat':
      return store.heartbeat(call.instance, call.leaseMs);
    case 'survey': {
      const { abandoned, own } = await store.survey(call.instance, call.leaseMs);
      return { abandoned: registry.inOrder(abandoned), own };
    }
    case 'retire':
      return store.retire(call.instance);
    case 'runningOn':
      return registry.inOrder(await store.runningOn(call.instance));
    case 'recorded':
    case 'append':
    case 'record':
    case 'ask':
    case 'finish': {
      const lease = { ...call.lease };
      const written = await performUnder(store, lease, call);
      return { written, seen: lease.seen };
    }
    default:
      return assertNever(call);
  }
}

async function performUnder(store: SessionStore, lease: Lease, call: RunnerCall): Promise<unknown> {
  switch (call.verb) {
    case 'recorded':
      return store.recorded(lease);
    case 'append':
      return store.append(lease, call.key, call.event);
    case 'record':
      return store.record(lease, call.key, call.step);
    case 'ask':
      return store.ask(lease, call.questions, call.timeoutMs);
    case 'finish':
      return store.finish(lease, call.last);
    default:
      return assertNever(call);
  }
}

/** What the promises say that the call comes to. */
export function foretell(state: ModelState, moment: Moment, call: Call): Step {
  switch (call.verb) {
    case 'start':
      return session.start(state, moment, call.key, call.start);
    case 'claim':
      return session.claim(state, moment, call.key, call);
    case 'answer':
      return session.answer(state, moment, call.key, call);
    case 'cancel':
      return session.cancel(state, moment, call.key, call.error);
    case 'expire':
      return session.expire(state, moment, call.key);
    case 'snapshot':
      return session.snapshot(state, moment, call.key);
    case 'read':
      return session.read(state, moment, call.key, call);
    case 'heartbeat':
      return registry.heartbeat(state, moment, call.instance, call.leaseMs);
    case 'survey':
      return registry.survey(state, moment, call.instance, call.leaseMs);
    case 'retire':
      return registry.retire(state, moment, call.instance);
    case 'runningOn':
      return registry.runningOn(state, moment, call.instance);
    case 'recorded':
    case 'append':
    case 'record':
    case 'ask':
    case 'finish':
      return foretellUnder(state, moment, call);
    default:
      return assertNever(call);
  }
}

function foretellUnder(state: ModelState, moment: Moment, call: RunnerCall): Step {
  switch (call.verb) {
    case 'recorded':
      return runner.recorded(state, moment, call.lease);
    case 'append':
      return runner.append(state, moment, call.lease, call);
    case 'record':
      return runner.record(state, moment, call.lease, call);
    case 'ask':
      return runner.ask(state, moment, call.lease, call);
    case 'finish':
      return runner.finish(state, moment, call.lease, call.last);
    default:
      return assertNever(call);
  }
}

/** In a line: enough to find it again in a failure. */
export function describeCall(call: Call): string {
  return JSON.stringify(call);
}
