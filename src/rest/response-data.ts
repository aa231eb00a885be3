import { SessionFailure } from '../errors.ts';
import type { InputIssue, InteractionType } from '../protocol.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Which field of the session service's answer each field of `response_data` goes into. */
const PLACES: Readonly<Record<string, (value: unknown) => Fields>> = {
  address: (address) => ({ location: { address } }),
  latitude: (latitude) => ({ location: { coordinates: { latitude } } }),
  longitude: (longitude) => ({ location: { coordinates: { longitude } } }),
  confirmed: (confirmed) => ({ confirmation: { confirmed } }),
  selected_option: optionChosen,
  declined: (decline) => ({ decline }),
};

/** Says where a place is from, and changes nothing. */
const IGNORED: ReadonlySet<string> = new Set(['source']);

/** What `response_data` may hold, by the type of the question, in the words of an issue. */
const HOLDS: Readonly<Record<InteractionType, string>> = {
  location_input: 'must hold address, or latitude and longitude, or declined, and nothing else but source',
  confirmation: 'must hold confirmed, or declined, and nothing else',
  choice: 'must hold selected_option (its value and label), or declined, and nothing else',
};

/** The session service's paths in REST's words, with its message where REST has no other. */
const SAID: Readonly<Record<string, (type: InteractionType) => Partial<InputIssue> & { readonly path: string }>> = {
  responseType: () => ({ path: 'response_type' }),
  response: (type) => ({ path: 'response_data', message: HOLDS[type] }),
  'response.decline': () => ({ path: 'response_data.declined' }),
  'response.location': (type) => ({ path: 'response_data', message: HOLDS[type] }),
  'response.location.address': () => ({ path: 'response_data.address' }),
  'response.location.coordinates.latitude': () => ({ path: 'response_data.latitude' }),
  'response.location.coordinates.longitude': () => ({ path: 'response_data.longitude' }),
  'response.confirmation.confirmed': () => ({ path: 'response_data.confirmed' }),
  'response.choice.value': () => ({ path: 'response_data.selected_option.value' }),
};

/**
 * `response_data` in the shape that the session service takes, unchecked: whether it fits the question is said there. A
 * null, and `declined: false`, are as if left out. A field that REST does not know makes it fit no question.
 */
export function responseOf(data: Fields): Fields {
  const given = Object.entries(data).filter(([name, value]) => isGiven(name, value));
  const placed = given.map(([name, value]) =>
    Object.hasOwn(PLACES, name) ? (PLACES[name]?.(value) ?? {}) : UNKNOWN_FIELD,
  );
  return placed.reduce(merge, {});
}

/** No name of the service's: an answer that has it is refused there. */
const UNKNOWN_FIELD: Fields = { unknown_field: true };

/** What `selected_option` may hold: an option as its question gave it. */
const OPTION_FIELDS: ReadonlySet<string> = new Set(['value', 'label']);

function optionChosen(option: unknown): Fields {
  if (!isFields(option)) return { choice: { value: undefined } };
  if (Object.keys(option).some((name) => !OPTION_FIELDS.has(name))) return UNKNOWN_FIELD;
  return { choice: { value: option['value'] } };
}

/** An invalid_response with its issues in REST's words; any other failure as it is. */
export function inRestWords(thrown: unknown, type: InteractionType): unknown {
  if (!(thrown instanceof SessionFailure) || thrown.code !== 'invalid_response') return thrown;
  const issues = thrown.details.issues.map((issue) => ({ ...issue, ...SAID[issue.path]?.(type) }));
  return new SessionFailure(thrown.code, { ...thrown.details, issues });
}

function isGiven(name: string, value: unknown): boolean {
  return value !== undefined && value !== null && !IGNORED.has(name) && !(name === 'declined' && value === false);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(one: Fields, other: Fields): Fields {
  const merged: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const known = merged[name];
    merged[name] = isFields(known) && isFields(value) ? merge(known, value) : value;
  }
  return merged;
}
