import type { Running } from '../../../src/session/session-store.ts';
import type { Step } from './model-log.ts';
import {
  endOf,
  forgottenAt,
  type ModelInstance,
  type ModelSession,
  type ModelState,
  type Moment,
} from './model-state.ts';

/** An instance that was silent for this many leases is dropped at the next beat. */
const LEASES_KEPT = 10;

/** A whole number in a reply that may be any of several. */
export class Between {
  readonly least: number;
  readonly most: number;

  /** Both included. */
  constructor(least: number, most: number) {
    this.least = least;
    this.most = most;
  }
}

/** A list in a reply from which some may be left out. */
export class SomeOf {
  readonly items: readonly unknown[];

  /** In their order. */
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** See SessionStore.heartbeat. */
export function heartbeat(state: ModelState, { at }: Moment, instance: string, leaseMs: number): Step {
  const kept = Object.entries(state.instances).filter(([, held]) => at - held.at <= LEASES_KEPT * leaseMs);
  const instances: Record<string, ModelInstance> = Object.fromEntries(kept);
  const before = instances[instance];
  const hasLeft = before?.hasLeft ?? false;
  if (!hasLeft) instances[instance] = { at, hasLeft };
  const others = Object.keys(instances).filter((name) => name !== instance);
  const after = { ...state, instances };
  const reply = {
    known: before !== undefined && !hasLeft,
    othersAreSilent: others.some((name) => !isAlive(after, at, name, leaseMs)),
  };
  return { reply, state: after };
}

/** See SessionStore.retire. An instance that was never heard of may leave. */
export function retire(state: ModelState, { at }: Moment, instance: string): Step {
  const held = state.instances[instance];
  if (!held || held.hasLeft) return { reply: undefined, state };
  return {
    reply: undefined,
    state: { ...state, instances: { ...state.instances, [instance]: { at, hasLeft: true } } },
  };
}

/** See SessionStore.survey. */
export function survey(state: ModelState, { at, isWhole }: Moment, instance: string, leaseMs: number): Step {
  const running = sessionsAt(state, at);
  const others = running.filter((one) => one.instance !== instance);
  const abandoned = inOrder(others.filter((one) => !isAlive(state, at, one.instance, leaseMs)).map(runningOf));
  const own = running.length - others.length;
  // One that was forgotten while it ran may still be counted, until it is looked at.
  const forgotten = Object.values(state.sessions).filter((one) => !endOf(one) && forgottenAt(one) <= at);
  const reply = isWhole
    ? { abandoned, own: new Between(own, own + forgotten.length) }
    : { abandoned: new SomeOf(abandoned), own: new Between(0, own + forgotten.length) };
  return { reply, state };
}

/** See SessionStore.runningOn. */
export function runningOn(state: ModelState, { at, isWhole }: Moment, instance: string): Step {
  const mine = inOrder(
    sessionsAt(state, at)
      .filter((one) => one.instance === instance)
      .map(runningOf),
  );
  return { reply: isWhole ? mine : new SomeOf(mine), state };
}

/** By account and session id: no order was promised. */
export function inOrder(running: readonly Running[]): readonly Running[] {
  return running.toSorted((one, other) => whoOf(one).localeCompare(whoOf(other)));
}

function whoOf({ account, sessionId }: Running): string {
  return `${account}/${sessionId}`;
}

function isAlive({ instances }: ModelState, at: number, instance: string, leaseMs: number): boolean {
  const held = instances[instance];
  return held !== undefined && !held.hasLeft && at - held.at < leaseMs;
}

/** Those that have not ended. */
function sessionsAt({ sessions }: ModelState, at: number): readonly ModelSession[] {
  return Object.values(sessions).filter((one) => !endOf(one) && at < forgottenAt(one));
}

function runningOf({ key, instance, epoch }: ModelSession): Running {
  return { account: key.account, sessionId: key.sessionId, instance, epoch };
}
