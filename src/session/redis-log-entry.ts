import { assertNever, type EventBody, type ErrorBody, type MatchingEvent, type Stage } from '../protocol.ts';

/** An entry of a Redis stream: its id and its fields and values in turn. */
export type LogEntry = readonly [id: string, fields: readonly string[]];

/** Fields and values in turn, as Redis gives a hash or an entry. */
export function fieldsOf(flat: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2) fields.set(flat[index] ?? '', flat[index + 1] ?? '');
  return fields;
}

/** The event that an entry of a session's log stands for. */
export function eventOf([id, flat]: LogEntry, sessionId: string): MatchingEvent {
  const fields = fieldsOf(flat);
  return {
    ...bodyOf(fields),
    sessionId,
    timestamp: Number(fields.get('at')),
    sequence: Number.parseInt(id, 10),
  };
}

/** The error that an entry of a session's log stands for; undefined when it is another event. */
export function errorOf([, flat]: LogEntry): ErrorBody | undefined {
  const body = bodyOf(fieldsOf(flat));
  return body.type === 'error' ? body : undefined;
}

/** The body as it was given, and over it what only the script could know. */
function bodyOf(fields: ReadonlyMap<string, string>): EventBody {
  const body = JSON.parse(fields.get('body') ?? '') as EventBody;
  switch (body.type) {
    case 'match_results':
      return body;
    case 'processing_update':
      return {
        ...body,
        stage: (fields.get('stage') as Stage | undefined) ?? body.stage,
        progress: Number(fields.get('progress') ?? body.progress),
      };
    case 'user_interaction':
      return { ...body, interactionId: fields.get('interaction') ?? '', expiresAt: Number(fields.get('until')) };
    case 'error':
      return fields.has('parentId') ? { ...body, errorDetails: { ...body.errorDetails, ...whereOf(fields) } } : body;
    default:
      return assertNever(body);
  }
}

/** Where a session was whose time was over. */
function whereOf(fields: ReadonlyMap<string, string>): Partial<ErrorBody['errorDetails']> {
  const stage = fields.get('stage') ?? '';
  return {
    parentId: fields.get('parentId') ?? null,
    failedStage: stage === '' ? null : (stage as Stage),
    interactionId: fields.get('interaction') ?? null,
  };
}
