import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { SessionFailure } from '../errors.ts';
import type { InputIssue } from '../protocol.ts';
import type { FollowedSession, SessionService } from '../session/session-service.ts';
import type { Call } from './call.ts';
import { comeBackAfterMs } from './come-back.ts';
import { readCursor } from './cursor.ts';
import { streamSession, type StreamTimes } from './event-stream.ts';
import { receiptMessage, statusMessage } from './message.ts';
import type { OperationId } from './operations.ts';
import { askPatiently } from './patience.ts';
import { inRestWords, responseOf } from './response-data.ts';
import type { respondBody } from './schemas/schemas.ts';

/** Answers a request by what it returns or, where it is a stream, by writing it. */
export type Handler = (request: FastifyRequest, reply: FastifyReply, call: Call) => Promise<unknown>;

interface RouteOptions extends StreamTimes {
  readonly service: SessionService;
  /** Aborts when the server is about to close. */
  readonly ending: AbortSignal;
}

/** What each operation does: it asks the session service, and says what that says in REST's words. */
export function createHandlers(options: RouteOptions): Readonly<Record<OperationId, Handler>> {
  const { service, clock, ending } = options;
  const stream = (followed: FollowedSession, reply: FastifyReply, call: Call): Promise<unknown> =>
    answerWithStream(followed, { reply, call, options });
  return {
    async startMatching(request, reply, call) {
      const after = checkedCursor(request);
      call.admitStream();
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
      call.admitStream();
      const attach = (): Promise<FollowedSession> => service.attach(call.account, sessionOf(request), after);
      return stream(await askPatiently(attach, clock, [call.signal, ending]), reply, call);
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
  const { ending, random } = options;
  call.sessionId = followed.sessionId;
  if (followed.isOver || ending.aborted) await followed.events.return?.();
  if (followed.isOver) return reply.code(204).send();
  if (ending.aborted) throw new SessionFailure('unavailable', { retryAfterMs: comeBackAfterMs(random) });
  reply.hijack();
  try {
    await streamSession(followed, { res: reply.raw, left: call.signal, ending }, options);
  } catch (error) {
    // Fastify has let go of the response and hears of nothing any more.
    call.fail(error);
  }
  return reply;
}
