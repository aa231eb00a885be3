import { createHmac } from 'node:crypto';
import { errorBody } from '../errors.ts';
import { type Answer, STAGES } from '../protocol.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { type RedisKeys, type SessionName, sessionNameOf } from './redis-keys.ts';
import { errorOf, type LogEntry } from './redis-log-entry.ts';
import { OVERDUE_ERRORS } from './redis-overdue.ts';
import { answered } from './redis-reply.ts';
import type { RedisRings } from './redis-rings.ts';
import type { RedisScripts } from './redis-script.ts';
import type { AnswerOutcome, MisfitLimit, MisfitOutcome, SessionKey } from './session-store.ts';

export interface RedisAnswersOptions {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  readonly scripts: RedisScripts;
  readonly rings: RedisRings;
  /** Gives texts that nobody can guess. */
  readonly newId: () => string;
}

/** An answer as answer.lua takes it: itself and the event that closes its question, as JSON. */
interface GivenAnswer {
  readonly interactionId: string;
  readonly text: string;
  readonly body: string;
}

/** What answer.lua gives. */
type AnswerReply =
  | readonly ['ended', LogEntry]
  | readonly ['paused', forMs: number]
  | readonly ['received' | 'duplicate' | 'already_answered' | 'interaction_not_found' | 'session_not_found'];

/**
 * Takes the answers to questions, and counts those that do not fit. Equal answers are known by an HMAC under the
 * session's own secret, which is read first: an answer is two round trips. Verbs reject as those of RedisSessionStore.
 */
export class RedisAnswers {
  readonly #options: RedisAnswersOptions;

  constructor(options: RedisAnswersOptions) {
    this.#options = options;
  }

  /** See SessionStore.answer. Its round trips together have the time of one command. */
  async answer(
    key: SessionKey,
    interactionId: string,
    answer: Answer,
    acknowledgement: string,
  ): Promise<AnswerOutcome> {
    return this.#options.redis.inTime('answer', async () => {
      const text = JSON.stringify(answer);
      const body = JSON.stringify(answered(interactionId, acknowledgement));
      const reply = await this.#answerInGeneration(sessionNameOf(key), { interactionId, text, body });
      if (reply[0] === 'paused') return { outcome: 'paused', forMs: reply[1] };
      if (reply[0] !== 'ended') return { outcome: reply[0] };
      // A session that came to results without this answer: the question's time is over.
      const error = errorOf(reply[1]) ?? errorBody('user_interaction_timeout', { interactionId });
      return { outcome: 'ended', error };
    });
  }

  /** See SessionStore.misfit. */
  async misfit(key: SessionKey, interactionId: string, { most, pauseMs }: MisfitLimit): Promise<MisfitOutcome> {
    const { scripts, newId } = this.#options;
    const args = [interactionId, newId(), most, pauseMs];
    const reply = (await scripts.onSession('misfit', sessionNameOf(key), args)) as
      | readonly ['taken']
      | readonly ['paused', forMs: number];
    return reply[0] === 'paused' ? { outcome: 'paused', forMs: reply[1] } : { outcome: 'taken' };
  }

  /** A log that went back in time gets another generation at its end, which may come between looking and writing. */
  async #answerInGeneration(name: SessionName, given: GivenAnswer): Promise<AnswerReply> {
    const { rings, newId } = this.#options;
    const { interactionId, text, body } = given;
    let secret = await this.#secretOf(name);
    while (secret) {
      const digest = createHmac('sha256', secret.secret).update(text).digest('base64url');
      const args = [secret.generation, interactionId, digest, newId(), text, body, ...OVERDUE_ERRORS, STAGES[0]];
      const reply = (await rings.runAndRing('answer', name, args)) as AnswerReply;
      const now = reply[0] === 'session_not_found' ? await this.#secretOf(name) : secret;
      if (now?.generation === secret.generation) return reply;
      secret = now;
    }
    return ['session_not_found'];
  }

  async #secretOf(name: SessionName): Promise<{ readonly secret: string; readonly generation: string } | undefined> {
    const { redis, keys } = this.#options;
    const [record = ''] = keys.ofSession(name);
    const [secret, generation] = await redis.send('hmget', (client) => client.hmget(record, 'secret', 'generation'));
    return secret && generation ? { secret, generation } : undefined;
  }
}
