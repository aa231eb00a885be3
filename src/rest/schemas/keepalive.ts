import { z } from 'zod';
import type { KeepaliveBody } from '../../protocol.ts';
import { messageType } from './envelope.ts';
import type { Shape } from './shape.ts';

/** A Keepalive of REST. */
export const keepalive = z
  .strictObject({
    type: messageType('keepalive'),
    sessionId: z.string().describe('The session that the stream follows.'),
  } satisfies Shape<KeepaliveBody>)
  .meta({
    id: 'Keepalive',
    description: 'Nothing has happened for a while, and the stream is alive. It is no event of the session: ignore it.',
  });
