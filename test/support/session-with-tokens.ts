import { randomUUID } from 'node:crypto';
import { type Client, createClient } from 'graphql-sse';
import { print } from 'graphql';
import type { MatchingSessionSubscription } from '../generated/graphql.ts';
import { MatchingSession, RespondToInteraction } from './operations.ts';
import { ADDRESS } from './site.ts';
import { demoParent, type GraphqlPath, type MatchingEvent } from './test-app.ts';

/** A session by the graphql-sse client, as one writes it who loses nothing: it names its session, its cursor, its token. */
export class SessionWithTokens implements Disposable {
  readonly id = randomUUID();
  /** Every event of the log that was read, over all streams. */
  readonly seen: MatchingEvent[] = [];
  /** Shown with whatever is asked from now on. */
  token: string;
  readonly #client: Client;

  constructor(url: string, path: GraphqlPath, token: string) {
    this.token = token;
    const headers = (): Record<string, string> => ({ authorization: `Bearer ${this.token}` });
    this.#client = createClient({ url: url + path, headers, retryAttempts: 0 });
  }

  get after(): number {
    return this.seen.at(-1)?.sequence ?? 0;
  }

  [Symbol.dispose](): void {
    this.#client.dispose();
  }

  /** Starts the session, or goes on after what was seen, to the stream's end. Returns an error that is not of the log. */
  async read(each?: (event: MatchingEvent) => Promise<void>): Promise<MatchingEvent | undefined> {
    const variables = { input: { parentId: demoParent(1), sessionId: this.id, limit: 3 }, after: this.after };
    let last: MatchingEvent | undefined;
    for await (const event of this.#ask<MatchingSessionSubscription>(print(MatchingSession), variables)) {
      last = event.matchingSession;
      if (last.sequence > 0) this.seen.push(last);
      await each?.(last);
    }
    return last?.sequence === 0 ? last : undefined;
  }

  /** The same, and says where work is as soon as that is asked, or at once where it was. */
  async readAndAnswer(): Promise<MatchingEvent | undefined> {
    const answer = async (event: MatchingEvent): Promise<void> => {
      if (event.__typename === 'UserInteraction') await this.answer(event.interactionId);
    };
    for (const event of this.seen) await answer(event);
    return this.read(answer);
  }

  async answer(interactionId: string): Promise<void> {
    const input = { sessionId: this.id, interactionId, response: { location: ADDRESS } };
    const answers = await Array.fromAsync(this.#ask<object>(print(RespondToInteraction), { input }));
    const [said] = answers.flatMap((data) => Object.values(data) as { readonly status?: string }[]);
    if (said?.status !== 'RECEIVED') throw new Error(`not received: ${JSON.stringify(said)}`);
  }

  async *#ask<Data>(query: string, variables: Record<string, unknown>): AsyncGenerator<Data> {
    for await (const result of this.#client.iterate<Data>({ query, variables })) {
      if (!result.data) throw new Error(`not an answer: ${JSON.stringify(result)}`);
      yield result.data;
    }
  }
}
