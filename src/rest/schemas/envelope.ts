import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { EventType, MatchingEvent } from '../../protocol.ts';
import { described } from './described.ts';
import { type Shape, count, timestamp } from './shape.ts';

/** What every event of a session carries, its type first. */
export function envelope<const Type extends EventType>(type: Type) {
  return described(DESCRIPTIONS.SessionEvent.fields, {
    type: messageType(type),
    sessionId: z.string(),
    timestamp,
    sequence: count,
  } satisfies Shape<Pick<MatchingEvent, 'sessionId' | 'timestamp' | 'sequence'> & { readonly type: Type }>);
}

/** The field that tells one message of a stream from another. */
export function messageType<const Type extends string>(type: Type): z.ZodLiteral<Type> {
  return z.literal(type).describe(`Always \`${type}\`: what kind of message it is.`);
}
