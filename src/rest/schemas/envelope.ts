import { z } from 'zod';
import type { EventType, MatchingEvent } from '../../protocol.ts';
import { type Shape, count, timestamp } from './shape.ts';

/** What every event of a session carries, its type first. */
export function envelope<const Type extends EventType>(type: Type) {
  return {
    type: messageType(type),
    sessionId: z.string().describe('The session, as it was named at its start. 8 to 128 of A-Z a-z 0-9 . _ -.'),
    timestamp: timestamp.describe('When the event was appended to the log.'),
    sequence: count.describe(
      "1, 2, 3 … within a session, without gaps. 0 on an Error that is no part of a session's log: one outside a stream, or that comes before there is a session. It never moves a reader's cursor.",
    ),
  } satisfies Shape<Pick<MatchingEvent, 'sessionId' | 'timestamp' | 'sequence'> & { readonly type: Type }>;
}

/** The field that tells one message of a stream from another. */
export function messageType<const Type extends string>(type: Type): z.ZodLiteral<Type> {
  return z.literal(type).describe(`Always \`${type}\`: what kind of message it is.`);
}
