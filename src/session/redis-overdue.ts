import { errorBody } from '../errors.ts';

/**
 * What a session ends with whose time is over: while a question is open, and otherwise. As JSON and in this order, every
 * script takes them that may end one (answer.lua, cancel.lua, expire.lua); it adds where the session was.
 */
export const OVERDUE_ERRORS = [
  JSON.stringify(errorBody('user_interaction_timeout')),
  JSON.stringify(errorBody('processing_error')),
] as const;
