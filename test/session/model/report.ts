import { inspect, isDeepStrictEqual } from 'node:util';
import type { SessionKey } from '../../../src/session/session-store.ts';
import { foretoldReplies, sightOf, type Belief, type Sights } from './belief.ts';
import { describeCall, type Call } from './call.ts';
import { nameOf, type Moment } from './model-state.ts';

/** A call and what it gave. */
export interface Reply {
  readonly call: Call;
  readonly reply: unknown;
}

/** Says of calls that gave what they cannot have given. */
export function unforetold(belief: Belief, answered: readonly Reply[], moments: readonly Moment[]): string {
  const lines = answered.map(({ call, reply }) => {
    const foretold = foretoldReplies(belief, { call, moments }).map((one) => inspect(one, { depth: 9 }));
    const came = inspect(reply, { depth: 9 });
    return `${describeCall(call)}\ngave ${came}\nforetold was ${[...new Set(foretold)].join('\nor ')}`;
  });
  return lines.join('\ntogether with\n');
}

/** Says of sessions that show what they cannot show. */
export function unseen(
  belief: Belief,
  sights: Sights,
  moments: readonly Moment[],
  { answered, keys }: { readonly answered: readonly Reply[]; readonly keys: readonly SessionKey[] },
): string {
  const [state] = belief;
  const [moment] = moments;
  if (!state || !moment) return 'nothing is possible';
  const pairs = keys.map((key) => [nameOf(key), sightOf(state, moment, key), sights[nameOf(key)]] as const);
  const lines = pairs
    .filter(([, foretold, came]) => !isDeepStrictEqual(foretold, came))
    .map(([name, foretold, came]) => {
      const [one, other] = [foretold, came].map((sight) => inspect(sight, { depth: 9 }));
      return `${name} showed ${other}\nforetold was, besides other possibilities, ${one}`;
    });
  return `after ${answered.map(({ call }) => describeCall(call)).join(' and ')}\n${lines.join('\n')}`;
}
