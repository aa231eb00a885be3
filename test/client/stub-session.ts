import type { RestMessage } from '../../src/rest-protocol.ts';
import { received, type RestStub, type StubAnswer, type StubReply, type StubStream } from '../support/rest-stub.ts';
import { update } from './messages.ts';

/**
 * A session that the stub keeps as the service does: a log that grows, every stream reading it from its cursor on. After
 * a question the log goes on once the question is answered, with the update that says so.
 */
export class StubSession {
  readonly log: RestMessage[] = [];
  readonly #rest: RestMessage[];
  readonly #followers = new Set<() => void>();
  #openQuestion: string | null = null;

  /** `script`: the messages of the log, without those that say that a question was answered. */
  constructor(stub: RestStub, script: readonly RestMessage[]) {
    this.#rest = [...script];
    this.#goOn();
    stub.onStart = (stream, { lastEventId }) => this.serve(stream, Number(lastEventId ?? 0));
    stub.onAnswer = (answer) => this.take(answer);
  }

  /** Writes the log after a cursor, as it grows, and cuts the connection after `most` messages. */
  serve(stream: StubStream, cursor: number, most = Number.POSITIVE_INFINITY): void {
    let [next, left] = [cursor, most];
    stream.begin();
    const follow = (): void => {
      for (; next < this.log.length && left > 0; next += 1, left -= 1) {
        const message = this.log[next];
        if (message) stream.send(message);
      }
      if (left === 0) stream.cut();
      else if (this.#rest.length === 0 && this.#openQuestion === null) stream.end();
      else this.#followers.add(follow);
    };
    follow();
  }

  take({ body }: StubAnswer): StubReply {
    const given = body['interaction_id'];
    if (given !== this.#openQuestion) return received(given, 'duplicate');
    this.answerElsewhere();
    return received(given);
  }

  /** The open question is answered by whomever. */
  answerElsewhere(): void {
    const answered = this.#openQuestion;
    if (answered === null) throw new Error('no question is open');
    this.#openQuestion = null;
    this.log.push(update(this.log.length + 1, answered));
    this.#goOn();
  }

  #goOn(): void {
    while (this.#openQuestion === null && this.#rest.length > 0) {
      const [message] = this.#rest.splice(0, 1);
      if (!message) break;
      this.log.push({ ...message, sequence: this.log.length + 1 } as RestMessage);
      if (message.type === 'user_interaction') this.#openQuestion = message.interaction_id;
    }
    const following = new Set(this.#followers);
    this.#followers.clear();
    for (const follow of following) follow();
  }
}
