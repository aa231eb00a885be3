import type { Clock } from '../clock.ts';
import type { Heartbeat } from './session-store.ts';

/** An instance that was silent for this many leases is dropped; whoever is not there is not alive. */
const LEASES_KEPT = 10;

interface Presence {
  /** Milliseconds on the monotonic clock: of its last beat, or of its leaving. */
  readonly at: number;
  readonly hasLeft: boolean;
}

/** Which instances are alive, in the memory of one process. */
export class MemoryRegistry {
  readonly #clock: Clock;
  readonly #instances = new Map<string, Presence>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** See SessionStore.heartbeat. An instance that has left does not come back. */
  beat(instance: string, leaseMs: number): Heartbeat {
    const now = this.#clock.monotonic();
    for (const [name, { at }] of this.#instances) {
      if (now - at > LEASES_KEPT * leaseMs) this.#instances.delete(name);
    }
    const before = this.#instances.get(instance);
    const hasLeft = before?.hasLeft ?? false;
    if (!hasLeft) this.#instances.set(instance, { at: now, hasLeft });
    const others = [...this.#instances.keys()].filter((name) => name !== instance);
    return {
      known: before !== undefined && !hasLeft,
      othersAreSilent: others.some((name) => !this.isAlive(name, leaseMs)),
    };
  }

  /** See SessionStore.retire. */
  leave(instance: string): void {
    const before = this.#instances.get(instance);
    // Once: it is told of no longer for leaving again.
    if (before && !before.hasLeft) this.#instances.set(instance, { at: this.#clock.monotonic(), hasLeft: true });
  }

  /** Whether an instance has been heard of within a lease, and has not left. */
  isAlive(instance: string, leaseMs: number): boolean {
    const presence = this.#instances.get(instance);
    return presence !== undefined && !presence.hasLeft && this.#clock.monotonic() - presence.at < leaseMs;
  }

  clear(): void {
    this.#instances.clear();
  }
}
