import type { InputIssue, Locale } from '../protocol.ts';
import type { ClientClock } from './client-clock.ts';

/** What the client asks of `fetch`: Node's and the browsers' do it. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/**
 * A token, or what gives one: it is called before every request, and once more with the token that was `refused` when the
 * service no longer takes it, in the middle of a session too. It may keep a token for as long as that one holds.
 */
export type TokenSource = string | ((refused?: string) => Awaitable<string>);

/** Where a terminal's output goes: `process.stdout` fits. */
export interface TerminalOutput {
  /** Whether a line can be drawn again in place. */
  readonly isTTY?: boolean | undefined;
  /** Width in characters; 80 unless given. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** What a terminal's input is: a readable stream of Node's, such as `process.stdin`. */
export interface TerminalInput {
  readonly readable: boolean;
}

/** Whom to ask, and where to show. */
export interface TerminalStreams {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** Where questions are put; as `output` unless given. */
  readonly questions?: TerminalOutput | undefined;
}

/** How a client goes about it; all of it may be left out. */
export interface ClientOptions {
  /** Instead of the global one. */
  readonly fetch?: FetchLike | undefined;
  /** Sent with every request as `Authorization: Bearer …`, over what `headers` say of it. */
  readonly token?: TokenSource | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long nothing at all may come before a connection counts as lost; 75,000: two keepalives and a half. */
  readonly silenceMs?: number | undefined;
  /** Attempts in a row that bring no new message before a start gives up; 8. */
  readonly retries?: number | undefined;
  /** The same before the first message of a start ever came; as `retries` unless given. */
  readonly firstRetries?: number | undefined;
  /** The pause after a failure is random, at most this times two to the number of failures in a row; 500. */
  readonly backoffBaseMs?: number | undefined;
  /** The most that such a pause may be, unless the service asks for more; 30,000. */
  readonly backoffCapMs?: number | undefined;
  /** 0 to below 1, as `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly clock?: ClientClock | undefined;
  /** Instead of the process's own, where that is one; null: nobody is to be asked, and lines go to the console. */
  readonly terminal?: TerminalStreams | null | undefined;
}

/** What is to be matched, and how. What is left out or undefined has the service's own default. */
export interface MatchingOptions {
  /** Offers at most, 1 to 50. */
  readonly limit?: number | undefined;
  /** Kilometres around the home, above 0 and at most 100. */
  readonly maxDistanceKm?: number | undefined;
  /** Whether an offer has the whole `center`. */
  readonly includeFullCenters?: boolean | undefined;
  /** Whether offers are explained: `details`, `explanation` and `counterfactuals`. */
  readonly includeExplanations?: boolean | undefined;
  /** The language of questions and details, and of the terminal. */
  readonly locale?: Locale | undefined;
  /** 8 to 128 of `A-Z a-z 0-9 . _ -`; of a session that runs already with the same input: attaches to it. */
  readonly sessionId?: string | undefined;
  /** Leaves: `startMatching` rejects with its reason. The session goes on at the service. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with every request of this start, over those of the client. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a handler gets besides the message. */
export interface HandlerContext {
  /** Aborts when the question was closed elsewhere, or the session is over for this client. */
  readonly signal: AbortSignal;
  readonly locale: Locale;
  /** Why the last answer to this question did not fit; empty at first. */
  readonly issues: readonly InputIssue[];
}

/** What a question's handler returns: it is sent as it is, as `response_data`. */
export type ResponseData =
  | { readonly address: string; readonly source?: string }
  | { readonly latitude: number; readonly longitude: number; readonly source?: string }
  | { readonly confirmed: boolean }
  | { readonly selected_option: { readonly value: string; readonly label?: string } }
  | { readonly declined: true };

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;
