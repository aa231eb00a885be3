import { Between, SomeOf } from './registry-model.ts';

/** Fields that tell a time, or how long it is to one: the clock of a store is read at a moment that nobody else sees. */
const TIMES: ReadonlySet<string> = new Set(['timestamp', 'expiresAt', 'startedAt', 'endsBy', 'inMs']);

/** Whether what came is what was foretold; times may be `slackMs` off. */
export function agrees(foretold: unknown, came: unknown, slackMs: number, field = ''): boolean {
  if (foretold instanceof Between) return typeof came === 'number' && came >= foretold.least && came <= foretold.most;
  if (foretold instanceof SomeOf) {
    if (!Array.isArray(came)) return false;
    const left = foretold.items.filter((item) => came.some((one) => agrees(item, one, slackMs)));
    return agrees(left, came, slackMs);
  }
  if (typeof foretold === 'number' && typeof came === 'number' && TIMES.has(field)) {
    return Math.abs(foretold - came) <= slackMs;
  }
  if (foretold instanceof Map) {
    if (!(came instanceof Map) || foretold.size !== came.size) return false;
    return [...foretold].every(([key, value]) => came.has(key) && agrees(value, came.get(key), slackMs));
  }
  if (foretold instanceof Set) {
    return came instanceof Set && foretold.size === came.size && [...foretold].every((one) => came.has(one));
  }
  if (typeof foretold !== 'object' || foretold === null) return Object.is(foretold, came);
  if (typeof came !== 'object' || came === null || Array.isArray(foretold) !== Array.isArray(came)) return false;
  const [one, other] = [foretold as Record<string, unknown>, came as Record<string, unknown>];
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...fields].every((name) => agrees(one[name], other[name], slackMs, name));
}
