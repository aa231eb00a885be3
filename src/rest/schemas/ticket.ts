import { z } from 'zod';
import { timestamp } from './shape.ts';

/** A Ticket of REST. */
export const ticket = z
  .strictObject({
    ticket: z
      .string()
      .regex(/^[\w-]{43}$/u)
      .describe('What to show, as `events?ticket=…`: 256 random bits in base64url. Keep it as secret as a token.'),
    expiresAt: timestamp.describe('When it holds no more: an open stream ends then, and a new ticket is needed.'),
  })
  .meta({ id: 'Ticket', description: 'Opens the stream of one session, as often as it is shown, and nothing else.' });
