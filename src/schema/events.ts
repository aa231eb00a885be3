import { DESCRIPTIONS } from '../descriptions.ts';
import type { ProcessingUpdate } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import { addErrors } from './errors.ts';
import type { Interactions } from './interactions.ts';
import type { OfferRef } from './offers.ts';
import { addResults } from './results.ts';
import { EVENT_TYPE_NAMES, type SessionEventRef } from './session-event.ts';

interface EventParts {
  readonly enums: Enums;
  readonly sessionEvent: SessionEventRef;
  readonly interactions: Interactions;
  readonly offer: OfferRef;
}

/** The union that a stream speaks, and the Error in it. */
export function addEvents(builder: Builder, parts: EventParts) {
  const update = addProcessingUpdate(builder, parts.enums, parts.sessionEvent);
  const results = addResults(builder, parts);
  const error = addErrors(builder, parts.enums, parts.sessionEvent);
  const matchingEvent = builder.unionType('MatchingEvent', {
    description:
      'One event of a session. A stream ends by itself after MatchResults, or after an Error whose fatal is true.',
    types: [update, parts.interactions.userInteraction, results, error],
    resolveType: (event) => EVENT_TYPE_NAMES[event.type],
  });
  return { matchingEvent, error };
}

export type Events = ReturnType<typeof addEvents>;

function addProcessingUpdate(builder: Builder, enums: Enums, sessionEvent: SessionEventRef) {
  const { description, fields: said } = DESCRIPTIONS.ProcessingUpdate;
  return builder.objectRef<ProcessingUpdate>('ProcessingUpdate').implement({
    description,
    interfaces: [sessionEvent],
    fields: (t) => ({
      stage: t.expose('stage', { type: enums.stage, description: said.stage }),
      progress: t.exposeFloat('progress', { description: said.progress }),
      details: t.exposeString('details', { description: said.details }),
      answeredInteractionId: t.exposeID('answeredInteractionId', {
        nullable: true,
        description: `${said.answeredInteractionId} Null on other updates.`,
      }),
    }),
  });
}
