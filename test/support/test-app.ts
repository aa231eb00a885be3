import { type Client, createClient } from 'graphql-sse';
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import type { MatchingSessionInput, MatchingSessionSubscription } from '../generated/graphql.ts';
import { MatchingSession, RespondToInteraction, SessionStatus, CancelSession } from './operations.ts';
import { RecordingLog } from './recording-log.ts';

/** The two ways to the same schema. */
export const PATHS = ['/graphql', '/graphql/stream'] as const;
export type GraphqlPath = (typeof PATHS)[number];

export type MatchingEvent = MatchingSessionSubscription['matchingSession'];
export type EventOf<Name extends MatchingEvent['__typename']> = Extract<MatchingEvent, { __typename: Name }>;
type Response = Parameters<TestApp['respond']>[0]['response'];

/** The id of a demo parent, by its last digit. */
export function demoParent(last: number): string {
  return `550e8400-e29b-41d4-a716-44665544000${last}`;
}

/** Tests are quicker than people: of limits are only those that set them. */
export const NO_RATES = {
  RATE_STARTS_PER_MINUTE: '1000000',
  RATE_RESPONSES_PER_MINUTE: '1000000',
  RATE_READS_PER_MINUTE: '1000000',
} as const;

/** A whole instance on a free port, over a database in memory, with the demo data. */
export async function startTestApp(env: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const log = new RecordingLog();
  const config = loadConfig({ DATA_DIR: 'memory', PORT: '0', LOG_LEVEL: 'fatal', ...NO_RATES, ...env });
  const app = await startApp({ config, log });
  return new TestApp(app.address.url, log, () => app.close());
}

/** What a client of an instance does, over real HTTP. */
export class TestApp implements AsyncDisposable {
  readonly url: string;
  readonly log: RecordingLog;
  readonly #close: () => Promise<void>;
  readonly #clients = new Map<GraphqlPath, Client>();

  constructor(url: string, log: RecordingLog, close: () => Promise<void>) {
    this.url = url;
    this.log = log;
    this.#close = close;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) client.dispose();
    await this.#close();
  }

  /** Starts a session, or attaches to it, with the graphql-sse client. */
  match(input: MatchingSessionInput, options: { path?: GraphqlPath; after?: number } = {}): TestSession {
    const { path = '/graphql/stream', after } = options;
    const variables = { input, ...(after === undefined ? {} : { after }) };
    const request = { query: print(MatchingSession), variables };
    return new TestSession(this, this.#client(path).iterate<MatchingSessionSubscription>(request), path);
  }

  async respond(input: {
    sessionId: string;
    interactionId: string;
    response: Readonly<Record<string, unknown>>;
  }): Promise<Readonly<Record<string, unknown>>> {
    // Sent as they are, wrong ones too: the server is to check them.
    const { data } = await this.post(print(RespondToInteraction), { input });
    return (data as { respondToInteraction: Readonly<Record<string, unknown>> }).respondToInteraction;
  }

  async status(sessionId: string) {
    return (await this.request(SessionStatus, { sessionId })).sessionStatus;
  }

  async cancel(sessionId: string) {
    return (await this.request(CancelSession, { sessionId })).cancelSession;
  }

  async request<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
    const { data, errors } = await this.post(print(document), variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data as Data;
  }

  async post(query: string, variables: unknown): Promise<{ data?: unknown; errors?: unknown }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: unknown; errors?: unknown };
  }

  #client(path: GraphqlPath): Client {
    const client = this.#clients.get(path) ?? createClient({ url: `${this.url}${path}`, retryAttempts: 0 });
    this.#clients.set(path, client);
    return client;
  }
}

type Stream = AsyncIterableIterator<{ data?: MatchingSessionSubscription | null; errors?: unknown }>;

/** A stream as a client reads it: what it has seen is kept. */
export class TestSession {
  readonly events: MatchingEvent[] = [];
  readonly path: GraphqlPath;
  readonly #app: TestApp;
  readonly #stream: Stream;

  constructor(app: TestApp, stream: AsyncIterableIterator<unknown>, path: GraphqlPath) {
    this.#app = app;
    this.#stream = stream as Stream;
    this.path = path;
  }

  get id(): string {
    const [first] = this.events;
    if (!first) throw new Error('nothing was read yet');
    return first.sessionId;
  }

  /** The next event; undefined at the end. */
  async next(): Promise<MatchingEvent | undefined> {
    const { value, done } = await this.#stream.next();
    if (done === true) return undefined;
    if (!value.data) throw new Error(`not an event: ${JSON.stringify(value)}`);
    this.events.push(value.data.matchingSession);
    return value.data.matchingSession;
  }

  /** Reads on to the next question. */
  async question(): Promise<EventOf<'UserInteraction'>> {
    return this.#until('UserInteraction');
  }

  /** Reads on to the results. */
  async results(): Promise<EventOf<'MatchResults'>> {
    return this.#until('MatchResults');
  }

  /** Reads on to an error. */
  async error(): Promise<EventOf<'Error'>> {
    return this.#until('Error');
  }

  /**
   * Reads to the end, answering every question by what `answers` gives for its field, at another instance if one is
   * given; others are declined.
   */
  async toEnd(answers: Readonly<Record<string, Response>> = {}, through = this.#app): Promise<MatchingEvent[]> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (event.__typename !== 'UserInteraction') continue;
      await this.answer(event, answers[event.fieldName] ?? { decline: true }, through);
    }
    return this.events;
  }

  /** Answers, at the instance that it reads from or through another. */
  async answer(
    question: EventOf<'UserInteraction'>,
    response: Response,
    through = this.#app,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { sessionId, interactionId } = question;
    return through.respond({ sessionId, interactionId, response });
  }

  /** Leaves, as a client whose connection is cut. */
  async cut(): Promise<void> {
    await this.#stream.return?.();
  }

  async #until<Name extends MatchingEvent['__typename']>(name: Name): Promise<EventOf<Name>> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (event.__typename === name) return event as EventOf<Name>;
    }
    throw new Error(`the stream ended without a ${name}: ${JSON.stringify(this.events.at(-1))}`);
  }
}
