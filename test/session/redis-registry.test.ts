import { expect, test } from 'vitest';
import { sessionNameOf, RedisKeys, shardOf } from '../../src/session/redis-keys.ts';
import { RedisRegistry } from '../../src/session/redis-registry.ts';
import type { RedisScripts } from '../../src/session/redis-script.ts';

const KEY = { account: 'demo', sessionId: 'some-session' };
const KEYS = new RedisKeys('test:');

/** Replies to the scripts of a survey that finds one session of this instance. */
function repliesOf(instance: string, alive: () => readonly string[]): Pick<RedisScripts, 'run' | 'onSession'> {
  const running = KEYS.running(shardOf(sessionNameOf(KEY)));
  return {
    async run(script, { keys }) {
      if (script === 'alive') return alive();
      return keys[0] === running ? [0, sessionNameOf(KEY)] : [0];
    },
    onSession: async () => [JSON.stringify([KEY.account, KEY.sessionId]), instance, '1'],
  };
}

/** A survey of `here`, during which who is alive changes. */
async function abandonedIn(instance: string, before: readonly string[], after: readonly string[]) {
  const looks = [before, after];
  const scripts = repliesOf(instance, () => looks.shift() ?? []);
  const survey = await new RedisRegistry(scripts as RedisScripts, KEYS).survey('here', 1000);
  return survey.abandoned.map((running) => running.instance);
}

test('a survey takes no session from an instance that came while it was made', async () => {
  expect(await abandonedIn('new', ['here'], ['here', 'new'])).toEqual([]);
});

test('a survey finds the session of an instance that fell silent before it', async () => {
  expect(await abandonedIn('gone', ['here'], ['here'])).toEqual(['gone']);
});
