import { errorBody } from '../../../src/errors.ts';
import type { Answer, MatchResultsBody, Stage } from '../../../src/protocol.ts';
import { assertNever } from '../../../src/protocol.ts';
import type { Lease } from '../../../src/session/session-store.ts';
import { locationQuestion, matchingInput, noOffers } from '../../support/session-samples.ts';
import type { Call } from './call.ts';
import { nameOf } from './model-state.ts';
import { KEYS, type World } from './world.ts';

/** What of a world decides what a call is about. */
export type Facts = Pick<World, 'system' | 'belief' | 'leases'>;

/** Which of a session's leases: how many were given after it, and whether it is made to have seen more than there is. */
export interface LeasePick {
  readonly older: number;
  readonly ahead: 'no' | 'log' | 'epoch';
}

type Length = 'short' | 'long';

/** What a caller sets out to do, whatever it will find. `who` and `instance` are numbers of sessions and instances. */
export type Intent =
  | {
      readonly verb: 'start';
      readonly who: number;
      readonly token: number;
      readonly limit: number;
      readonly instance: number;
      readonly life: Length;
      readonly retention: Length;
    }
  | { readonly verb: 'claim'; readonly who: number; readonly off: number; readonly instance: number }
  | { readonly verb: 'recorded'; readonly who: number; readonly lease: LeasePick }
  | {
      readonly verb: 'append';
      readonly who: number;
      readonly lease: LeasePick;
      readonly key: number;
      readonly stage: Stage;
      /** Null for an error that is not the end. */
      readonly progress: number | null;
    }
  | {
      readonly verb: 'record';
      readonly who: number;
      readonly lease: LeasePick;
      readonly key: number;
      readonly value: number;
    }
  | {
      readonly verb: 'ask';
      readonly who: number;
      readonly lease: LeasePick;
      readonly keys: readonly number[];
      readonly timeout: Length;
    }
  | { readonly verb: 'finish'; readonly who: number; readonly lease: LeasePick; readonly results: boolean }
  | { readonly verb: 'answer'; readonly who: number; readonly question: number; readonly answer: number }
  | { readonly verb: 'cancel' | 'expire' | 'snapshot'; readonly who: number }
  | { readonly verb: 'read'; readonly who: number; readonly after: number; readonly limit: number }
  | { readonly verb: 'heartbeat' | 'retire' | 'survey' | 'runningOn'; readonly instance: number };

/** How long an instance may be silent, in milliseconds. */
export const LEASE_MS = 10_000;

const INSTANCES = ['one', 'two'] as const;

/** The name of an instance. */
export function instanceOf(number: number): string {
  return INSTANCES[number] ?? 'one';
}

/** Stands in all that is to be erased at the end of a session: what a step returned, and what a person answered. */
export function markOf(who: number): string {
  return `erased-at-the-end-of-${who}`;
}

/** The call that it comes to in a world as it is; undefined where there is nothing to do it with. */
export function callOf(intent: Intent, world: Facts): Call | undefined {
  switch (intent.verb) {
    case 'start':
      return startOf(intent, world);
    case 'claim':
      return claimOf(intent, world);
    case 'recorded':
    case 'append':
    case 'record':
    case 'ask':
    case 'finish': {
      const lease = pick(intent.lease, leasesOf(intent.who, world));
      return lease && runnerCallOf(intent, lease, world);
    }
    case 'answer': {
      const [interactionId, answer] = [`interaction_${intent.question}`, answerOf(intent)];
      return { verb: 'answer', key: keyOf(intent.who), interactionId, answer, acknowledgement: 'Answer received' };
    }
    case 'cancel':
      return { verb: 'cancel', key: keyOf(intent.who), error: errorBody('session_cancelled') };
    case 'expire':
    case 'snapshot':
      return { verb: intent.verb, key: keyOf(intent.who) };
    case 'read':
      return { verb: 'read', key: keyOf(intent.who), after: intent.after, limit: intent.limit };
    case 'heartbeat':
    case 'survey':
      return { verb: intent.verb, instance: instanceOf(intent.instance), leaseMs: LEASE_MS };
    case 'retire':
    case 'runningOn':
      return { verb: intent.verb, instance: instanceOf(intent.instance) };
    default:
      return assertNever(intent);
  }
}

function startOf(intent: Extract<Intent, { verb: 'start' }>, { system: { times } }: Facts): Call {
  return {
    verb: 'start',
    key: keyOf(intent.who),
    start: {
      input: matchingInput({ limit: intent.limit }),
      startToken: `token ${intent.token}`,
      instance: instanceOf(intent.instance),
      maxLifeMs: times[intent.life].lifeMs,
      retentionMs: times[intent.retention].retentionMs,
    },
  };
}

/** From the epoch that is believed, or one that is off it. */
function claimOf(intent: Extract<Intent, { verb: 'claim' }>, { belief }: Facts): Call {
  const key = keyOf(intent.who);
  const epoch = (belief[0]?.sessions[nameOf(key)]?.epoch ?? 1) + intent.off;
  return { verb: 'claim', key, epoch, instance: instanceOf(intent.instance) };
}

type RunnerIntent = Extract<Intent, { verb: 'recorded' | 'append' | 'record' | 'ask' | 'finish' }>;

function runnerCallOf(intent: RunnerIntent, lease: Lease, { system: { times } }: Facts): Call {
  switch (intent.verb) {
    case 'recorded':
      return { verb: 'recorded', lease };
    case 'append':
      return { verb: 'append', lease, key: `event ${intent.key}`, event: eventOf(intent) };
    case 'record': {
      const value = { text: `${markOf(intent.who)} ${intent.value}`, at: [intent.value] };
      return { verb: 'record', lease, key: `step ${intent.key}`, step: { value, workMs: intent.value } };
    }
    case 'ask': {
      const questions = intent.keys.map((key) => ({
        key: `question ${key}`,
        question: locationQuestion(`place ${key}`),
      }));
      return { verb: 'ask', lease, questions, timeoutMs: times[intent.timeout].timeoutMs };
    }
    case 'finish': {
      const results: MatchResultsBody = { ...noOffers(), success: true };
      return { verb: 'finish', lease, last: intent.results ? results : errorBody('processing_error') };
    }
    default:
      return assertNever(intent);
  }
}

function eventOf({ stage, progress }: Extract<Intent, { verb: 'append' }>) {
  if (progress === null) return errorBody('geocoding_failed');
  return {
    type: 'processing_update',
    stage,
    progress,
    details: `at ${progress}`,
    answeredInteractionId: null,
  } as const;
}

function answerOf({ who, answer }: Extract<Intent, { verb: 'answer' }>): Answer {
  return answer === 0 ? { kind: 'declined' } : { kind: 'address', address: `${markOf(who)} ${answer}` };
}

function keyOf(who: number) {
  const key = KEYS[who];
  if (!key) throw new RangeError(`there is no session ${who}`);
  return key;
}

function leasesOf(who: number, world: Facts): readonly Lease[] {
  return world.leases[nameOf(keyOf(who))] ?? [];
}

function pick({ older, ahead }: LeasePick, leases: readonly Lease[]): Lease | undefined {
  const lease = leases.at(-1 - (older % Math.max(1, leases.length)));
  switch (ahead) {
    case 'no':
      return lease && { ...lease };
    case 'log':
      return lease && { ...lease, seen: lease.seen + 7 };
    case 'epoch':
      return lease && { ...lease, epoch: lease.epoch + 1 };
    default:
      return assertNever(ahead);
  }
}
