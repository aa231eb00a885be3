import type { ErrorMessage, RestMessage } from '../rest-protocol.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the client itself reads of a message, by its type. Handlers are not called with less. */
const SHAPES: Readonly<Record<RestMessage['type'], (message: Fields) => boolean>> = {
  processing_update: ({ progress, details }) => typeof progress === 'number' && typeof details === 'string',
  user_interaction: (message) =>
    areTexts(message, ['session_id', 'interaction_id', 'interaction_type', 'question', 'field_name']),
  match_results: ({ offers, counterfactuals, processing_details: details }) =>
    Array.isArray(offers) && Array.isArray(counterfactuals) && isFields(details) && Array.isArray(details['warnings']),
  error: isError,
  keepalive: () => true,
};

/** Whether this is a message, of a known type with what belongs to it, or of a type that a later version has. */
export function isMessage(value: unknown): value is RestMessage {
  if (!isFields(value) || typeof value['type'] !== 'string') return false;
  const { type } = value;
  return !Object.hasOwn(SHAPES, type) || SHAPES[type as RestMessage['type']](value);
}

/** Whether this is an error of the service's. */
export function isErrorMessage(value: unknown): value is ErrorMessage {
  return isFields(value) && isError(value);
}

/** How long an error asks to wait, in ms; 0 where it does not say. */
export function waitOf({ details: { retry_after_ms: waitMs } }: ErrorMessage): number {
  return typeof waitMs === 'number' ? waitMs : 0;
}

/** Whether this has fields at all. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isError(message: Fields): boolean {
  return areTexts(message, ['error_code', 'message']) && isFields(message['details']);
}

function areTexts(message: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof message[name] === 'string');
}
