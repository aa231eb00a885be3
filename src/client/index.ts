export type { ErrorCode, InputIssue, Locale } from '../protocol.ts';
export type {
  ErrorMessage,
  KeepaliveMessage,
  MatchResultsMessage,
  ProcessingUpdateMessage,
  RestMessage,
  RestOffer,
  UserInteractionMessage,
} from '../rest-protocol.ts';
export type { ClientClock } from './client-clock.ts';
export type {
  Awaitable,
  ClientOptions,
  FetchLike,
  HandlerContext,
  MatchingOptions,
  ResponseData,
  TerminalInput,
  TerminalOutput,
  TerminalStreams,
  TokenSource,
} from './client-options.ts';
export { type ClientErrorCode, MatchingError, type MatchingErrorCode } from './matching-error.ts';
export { MatchingStreamClient } from './matching-stream-client.ts';
