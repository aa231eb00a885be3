import { comeBackAfterMs } from '../come-back.ts';
import { looseError, SessionFailure } from '../errors.ts';
import type { MatchingEvent } from '../protocol.ts';
import type { FollowedSession } from '../session/session-service.ts';
import type { Builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import type { Enums } from './enums.ts';
import type { Events } from './events.ts';
import { isExpected } from './failures.ts';
import { addMatchingInput } from './inputs.ts';
import { LazyEvents } from './lazy-events.ts';
import { plainInput } from './plain-input.ts';

/** The root of subscriptions. */
export function addSubscription(builder: Builder, enums: Enums, events: Events): void {
  const input = addMatchingInput(builder, enums);
  builder.subscriptionType({
    description:
      "The streams. What goes wrong as expected is an Error event; sequence 0 where there is no session. When the caller's token expires, a stream ends with an Error UNAUTHENTICATED of sequence 0: attach again with a new one, after the last sequence.",
    fields: (t) => ({
      matchingSession: t.field({
        type: events.matchingEvent,
        description:
          "Starts a session and streams it to its end; by POST only. With a sessionId that the caller has already started with the same input it attaches instead, so a client library's blind retry loses nothing and starts nothing twice. Errors as an only event: INVALID_REQUEST, PARENT_NOT_FOUND, SESSION_CONFLICT, SESSION_NOT_FOUND.",
        args: {
          input: t.arg({ type: input, required: true, description: 'What to match.' }),
          after: t.arg.int({
            description:
              'Skips the events up to and including that sequence, 0 or more. Above 0 nothing is ever started: an unknown session is SESSION_NOT_FOUND.',
          }),
        },
        subscribe: (_root, args, context) =>
          follow(context, args.input.sessionId, () =>
            context.service.start(context.account, plainInput(args.input), args.after),
          ),
        resolve: (event: MatchingEvent) => event,
      }),
      sessionEvents: t.field({
        type: events.matchingEvent,
        description:
          'Attaches to a session that exists, from another tab, device or instance. Also by GET. Errors as an only event: SESSION_NOT_FOUND, INVALID_REQUEST.',
        args: {
          sessionId: t.arg.id({ required: true, description: 'As it was named at its start.' }),
          after: t.arg.int({
            description:
              'Skips the events up to and including that sequence, 0 or more. Beyond the log: HISTORY_LOST, then the log from 1.',
          }),
        },
        subscribe: (_root, args, context) =>
          follow(context, args.sessionId, () => context.service.attach(context.account, args.sessionId, args.after)),
        resolve: (event: MatchingEvent) => event,
      }),
    }),
  });
}

/** A session's events. A failure that is expected is the last of them; others are thrown. */
function follow(
  context: GraphqlContext,
  asked: string | null | undefined,
  attach: () => Promise<FollowedSession>,
): LazyEvents<MatchingEvent> {
  let sessionId = asked ?? context.newId();
  const asEvent = ({ code, details }: SessionFailure): MatchingEvent => {
    const failure = new SessionFailure(code, { ...details, requestId: context.requestId });
    return { ...looseError(failure, sessionId, context.clock.now()), fatal: true };
  };
  const events = new LazyEvents(async () => {
    try {
      const followed = await attach();
      ({ sessionId } = followed);
      return endingInEvent(followed.events, asEvent);
    } catch (error) {
      if (!isExpected(error)) throw error;
      return only(asEvent(error));
    }
  });
  endWhen(context.ending, events, () =>
    asEvent(new SessionFailure('unavailable', { retryAfterMs: comeBackAfterMs(context.random) })),
  );
  endWhen(context.expired, events, () => asEvent(new SessionFailure('unauthenticated')));
  return events;
}

function endWhen(ending: AbortSignal, events: LazyEvents<MatchingEvent>, lastWord: () => MatchingEvent): void {
  const end = (): void => events.end(lastWord());
  if (ending.aborted) end();
  ending.addEventListener('abort', end);
  // The signal may live as long as the server, the stream does not.
  void events.over.then(() => ending.removeEventListener('abort', end));
}

async function* only(event: MatchingEvent): AsyncGenerator<MatchingEvent, undefined> {
  yield event;
}

/** The same events; a SessionFailure among them becomes the last event, since a client that reads already gets no status. */
function endingInEvent(
  source: AsyncIterator<MatchingEvent>,
  asEvent: (failure: SessionFailure) => MatchingEvent,
): AsyncIterator<MatchingEvent, undefined> {
  let failed = false;
  return {
    async next() {
      if (failed) return { value: undefined, done: true };
      try {
        const result = await source.next();
        return result.done === true ? { value: undefined, done: true } : result;
      } catch (error) {
        if (!(error instanceof SessionFailure)) throw error;
        failed = true;
        return { value: asEvent(error), done: false };
      }
    },
    async return() {
      await source.return?.();
      return { value: undefined, done: true };
    },
  };
}
