import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { comeBackAfterMs } from '../come-back.ts';
import { SessionFailure } from '../errors.ts';
import type { InputIssue } from '../protocol.ts';
import type { FollowedSession, SessionService } from '../session/session-service.ts';
import type { Tickets } from '../session/tickets.ts';
import type { Call } from './call.ts';
import { readCursor } from './cursor.ts';
import { endingThatCame, type StreamEnding, streamSession, type StreamTimes } from './event-stream.ts';
import { receiptMessage, statusMessage, ticketMessage } from './message.ts';
import type { OperationId } from './operations.ts';
import { askPatiently } from './patience.ts';
import { inRestWords, responseOf } from './response-data.ts';
import type { respondBody } from './schemas/schemas.ts';

/** Answers a request by what it returns or, where it is a stream, by writing it. */
export type Handler = (request: FastifyRequest, reply: FastifyReply, call: Call) => Promise<unknown>;

interface RouteOptions extends StreamTimes {
  readonly service: SessionService;
  readonly tickets: Pick<Tickets, 'issue'>;
  /** From 0 to below 1: spreads the readers of a server that closes over the time that they come back in. */
  readonly random: () => number;
  /** Aborts when the server is about to close. */
  readonly ending: AbortSignal;
}

/** What each operation does: it asks the session service, and says what that says in REST's words. */
export function createHandlers(options: RouteOptions): Readonly<Record<OperationId, Handler>> {
  const { service, tickets, clock, ending } = options;
  const stream = (followed: FollowedSession, reply: FastifyReply, call: Call): Promise<unknown> =>
    answerWithStream(followed, { reply, call, options });
  return {
    async startMatching(request, reply, call) {
      const after = checkedCursor(request);
      await call.admitStream();
      return stream(await service.start(call.account, request.body, after), reply, call);
    },
    async respondToInteraction(request, _reply, call) {
      assertValid(bodyIssues(request));
      const { responseData, ...answer } = request.body as z.output<typeof respondBody>;
      try {
        return receiptMessage(await service.respond(call.account, { ...answer, response: responseOf(responseData) }));
      } catch (error) {
        throw inRestWords(error, answer.responseType);
      }
    },
    async getSessionStatus(request, _reply, call) {
      return statusMessage(await service.status(call.account, sessionOf(request)));
    },
    async followSession(request, reply, call) {
      const after = checkedCursor(request);
      await call.admitStream();
      const attach = (): Promise<FollowedSession> => service.attach(call.account, sessionOf(request), after);
      return stream(await askPatiently(attach, clock, [call.signal, call.expired, ending]), reply, call);
    },
    async issueTicket(request, _reply, call) {
      const { account } = call;
      const { sessionId, expiresAt: forgottenAt } = await service.status(account, sessionOf(request));
      // Of a session that has ended nothing is to be left for longer than itself.
      const ends = [call.expiresAt, forgottenAt].filter((at) => at !== null);
      const expiresAt = ends.length === 0 ? null : Math.min(...ends);
      return ticketMessage(await tickets.issue({ account, sessionId, expiresAt }));
    },
    async cancelSession(request, _reply, call) {
      return statusMessage(await service.cancel(call.account, sessionOf(request)));
    },
  };
}

/** The cursor of a request for a stream. Throws SessionFailure invalid_request with every issue, the body's too. */
function checkedCursor(request: FastifyRequest): number | null {
  const { after, issues } = readCursor(request.headers, request.query as Readonly<Record<string, unknown>>);
  assertValid([...bodyIssues(request), ...issues]);
  return after;
}

/** What the check of the body has found. */
function bodyIssues({ validationError }: FastifyRequest): readonly InputIssue[] {
  return validationError instanceof SessionFailure ? validationError.details.issues : [];
}

function assertValid(issues: readonly InputIssue[]): void {
  if (issues.length > 0) throw new SessionFailure('invalid_request', { issues });
}

function sessionOf({ params }: FastifyRequest): string {
  return (params as { readonly session_id: string }).session_id;
}

async function answerWithStream(
  followed: FollowedSession,
  { reply, call, options }: { readonly reply: FastifyReply; readonly call: Call; readonly options: RouteOptions },
): Promise<unknown> {
  call.sessionId = followed.sessionId;
  const endings = endingsOf(call, options);
  const ended = endingThatCame(endings);
  if (followed.isOver || ended !== undefined) await followed.events.return?.();
  if (followed.isOver) return reply.code(204).send();
  if (ended !== undefined) throw ended.failure();
  reply.hijack();
  try {
    const { requestId, signal: left } = call;
    await streamSession(followed, { res: reply.raw, requestId, left, endings }, options);
  } catch (error) {
    // Fastify has let go of the response and hears of nothing any more.
    call.fail(error);
  }
  return reply;
}

/** What ends a stream besides its session: the server that closes, and the caller's token or ticket that expires. */
function endingsOf({ expired }: Call, { ending, random }: RouteOptions): readonly StreamEnding[] {
  return [
    {
      signal: ending,
      failure: () => new SessionFailure('unavailable', { retryAfterMs: comeBackAfterMs(random) }),
    },
    { signal: expired, failure: () => new SessionFailure('unauthenticated') },
  ];
}
