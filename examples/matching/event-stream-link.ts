import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { type Client, type ClientOptions, createClient, type Sink } from 'graphql-sse';

/** What Apollo Client subscribes by: its HttpLink asks for multipart bodies, which the service does not write. */
export class EventStreamLink extends ApolloLink {
  readonly #client: Client;

  constructor(options: ClientOptions) {
    super();
    this.#client = createClient(options);
  }

  // Not the whole operation: Apollo's has names that are none of GraphQL over HTTP, and the service takes no others.
  override request({ query, variables }: ApolloLink.Operation): Observable<ApolloLink.Result> {
    return new Observable((sink) => this.#client.subscribe({ query: print(query), variables }, sink as Sink));
  }
}
