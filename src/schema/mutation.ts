import type { Builder } from './builder.ts';
import type { Events } from './events.ts';
import { orError } from './failures.ts';
import { addRespondInput } from './inputs.ts';
import type { Interactions } from './interactions.ts';
import { plainInput } from './plain-input.ts';
import { isSessionError } from './session-event.ts';
import type { StatusRef } from './status.ts';

interface MutationParts {
  readonly interactions: Interactions;
  readonly status: StatusRef;
  readonly events: Events;
}

/** The root of mutations. They are taken by POST only. */
export function addMutation(builder: Builder, parts: MutationParts): void {
  const input = addRespondInput(builder);
  const responded = builder.unionType('RespondToInteractionResult', {
    description:
      'A receipt, or an Error: SESSION_NOT_FOUND, INTERACTION_NOT_FOUND, INVALID_RESPONSE, INTERACTION_ALREADY_ANSWERED, USER_INTERACTION_TIMEOUT, SESSION_CANCELLED or PROCESSING_ERROR.',
    types: [parts.interactions.receipt, parts.events.error],
    resolveType: (value) => (isSessionError(value) ? 'Error' : 'InteractionReceipt'),
  });
  const cancelled = builder.unionType('CancelSessionResult', {
    description: 'The status after it, or an Error: SESSION_NOT_FOUND.',
    types: [parts.status, parts.events.error],
    resolveType: (value) => (isSessionError(value) ? 'Error' : 'SessionStatus'),
  });
  builder.mutationType({
    description: 'What changes a session. By POST only.',
    fields: (t) => ({
      respondToInteraction: t.field({
        type: responded,
        description:
          'Answers an open question. The pipeline resumes at whichever instance runs it. Sending the same answer again is safe.',
        args: { input: t.arg({ type: input, required: true, description: 'The question and the answer.' }) },
        resolve: (_root, args, context) =>
          orError(context.service.respond(context.account, plainInput(args.input)), args.input.sessionId, context),
      }),
      cancelSession: t.field({
        type: cancelled,
        description:
          'Stops a session: its stream ends with an Error of code SESSION_CANCELLED. A session that has ended stays as it is.',
        args: { sessionId: t.arg.id({ required: true, description: 'As it was named at its start.' }) },
        resolve: (_root, { sessionId }, context) =>
          orError(context.service.cancel(context.account, sessionId), sessionId, context),
      }),
    }),
  });
}
