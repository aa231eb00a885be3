import type { Builder } from './builder.ts';
import type { Events } from './events.ts';
import { orError } from './failures.ts';
import { isSessionError } from './session-event.ts';
import type { StatusRef } from './status.ts';

/** The root of queries. */
export function addQuery(builder: Builder, status: StatusRef, events: Events): void {
  const result = builder.unionType('SessionStatusResult', {
    description: 'The status, or an Error: SESSION_NOT_FOUND.',
    types: [status, events.error],
    resolveType: (value) => (isSessionError(value) ? 'Error' : 'SessionStatus'),
  });
  builder.queryType({
    description: 'What can be asked without changing anything.',
    fields: (t) => ({
      sessionStatus: t.field({
        type: result,
        description: "The status of a session of the caller's. 404 in REST is SESSION_NOT_FOUND here.",
        args: { sessionId: t.arg.id({ required: true, description: 'As it was named at its start.' }) },
        resolve: (_root, { sessionId }, context) =>
          orError(context.service.status(context.account, sessionId), sessionId, context),
      }),
    }),
  });
}
