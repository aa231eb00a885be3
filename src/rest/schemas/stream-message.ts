import type { RestMessage } from '../../rest-protocol.ts';
import { type JsonSchema, refTo } from './json-schema.ts';

/** The component of each message that a stream may say, by its `type`. */
const MESSAGES = {
  processing_update: 'ProcessingUpdate',
  user_interaction: 'UserInteraction',
  match_results: 'MatchResults',
  error: 'Error',
  keepalive: 'Keepalive',
} as const satisfies Readonly<Record<RestMessage['type'], string>>;

/** StreamMessage: what one `data:` line of a stream holds. */
export function streamMessage(): JsonSchema {
  return {
    description:
      'One message of a stream: an event of the session, or a Keepalive. A stream ends by itself after MatchResults, or after an Error whose fatal is true.',
    oneOf: Object.values(MESSAGES).map(refTo),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(Object.entries(MESSAGES).map(([type, name]) => [type, refTo(name).$ref])),
    },
  };
}
