import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';

// Where REST says in another shape or in other words what GraphQL says. Whatever is not named here must be the same.

const complexMatches = PREFERENCE_TYPES.flatMap(({ complex }) => (complex === null ? [] : [complex.graphqlName]));

/** One row of a table for the match of each complex preference type. */
function ofEachMatch(field: string, said: string): Readonly<Record<string, string>> {
  return Object.fromEntries(complexMatches.map((name) => [`${name}.${field}`, said]));
}

/** Components that are not named as their GraphQL type. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  MatchingSessionInput: 'StartRequest',
  RespondToInteractionInput: 'RespondRequest',
};

/** Fields that GraphQL alone has, and what stands for them. */
export const ONLY_IN_GRAPHQL: Readonly<Record<string, string>> = {
  'SimplePreferenceMatch.type': 'the key in the map',
  ...ofEachMatch('type', 'the key in the map'),
  'InteractionReceipt.sessionId': 'the request named it',
  'RespondToInteractionInput.response': 'response_type and response_data',
};

/** Properties that REST alone has, and what stands for them. */
export const ONLY_IN_REST: Readonly<Record<string, string>> = {
  'ProcessingUpdate.type': '__typename',
  'UserInteraction.type': '__typename',
  'MatchResults.type': '__typename',
  'Error.type': '__typename',
  'RespondRequest.response_type': 'the field of InteractionResponse that is given',
  'RespondRequest.response_data': 'InteractionResponse',
};

/** Lists that are maps in REST, each with a component of its own. */
export const MAPS: Readonly<Record<string, string>> = {
  'PreferenceMatches.simple_preferences': 'SimplePreferenceMatches',
  'PreferenceMatches.complex_preferences': 'ComplexPreferenceMatches',
};

/** What REST leaves out where GraphQL has null. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'ProcessingUpdate.answered_interaction_id',
  'UserInteraction.options',
  'Offer.explanation',
  'Offer.center',
  'SimplePreferenceMatch.details',
  ...complexMatches.map((name) => `${name}.details`),
]);

/** What may be null in REST alone. */
export const NULL_IN_REST: ReadonlySet<string> = new Set(['Error.session_id']);

/** Descriptions that say something of REST, or leave out something of GraphQL. */
export const OTHER_WORDS: Readonly<Record<string, string>> = {
  'ProcessingUpdate.answered_interaction_id':
    'This question is closed: take it off the screen, on every device. Left out on other updates.',
  UserInteraction: 'A question to the person. Answer it by POST /api/streaming/interactions/respond before it expires.',
  'UserInteraction.options': 'Given for choice only; the last one is always `none`. Left out of other questions.',
  'InteractionType.location_input': 'A place: answer with `address`, or with `latitude` and `longitude`.',
  'InteractionType.confirmation': 'A yes or a no: answer with `confirmed`.',
  'InteractionType.choice': 'One of `options`: answer with `selected_option`.',
  'Offer.explanation':
    "What this center costs against the wishes, in the person's terms, such as `7 minutes more by bike to work; English is not spoken.` Left out unless include_explanations.",
  'Offer.center': 'Left out unless include_full_centers.',
  'PreferenceMatches.simple_preferences': 'One for each simple preference, by its type; empty where there are none.',
  'PreferenceMatches.complex_preferences': 'One for each complex preference, by its type; empty where there are none.',
  'SimplePreferenceMatch.details': 'Left out unless include_explanations.',
  ...ofEachMatch('details', "For people, in the session's locale. Left out unless include_explanations."),
  'Error.session_id': 'The session; null where none was named.',
  'Error.details': 'What is known besides.',
  ErrorCode: 'What went wrong. GraphQL uses the same codes in upper case.',
  'InputIssue.path': 'Where, such as `limit`.',
};

/** What stands in REST's answers for each field of GraphQL's. Those that hold others are components. */
export const ANSWERS: Readonly<Record<string, string>> = {
  'InteractionResponse.location': 'AddressResponse or CoordinatesResponse',
  'InteractionResponse.confirmation': 'ConfirmationResponse',
  'InteractionResponse.choice': 'ChoiceResponse',
  'InteractionResponse.decline': 'DeclineResponse.declined',
  'LocationResponse.address': 'AddressResponse.address',
  'LocationResponse.coordinates': 'CoordinatesResponse',
  'CoordinatesInput.latitude': 'CoordinatesResponse.latitude',
  'CoordinatesInput.longitude': 'CoordinatesResponse.longitude',
  'ConfirmationResponse.confirmed': 'ConfirmationResponse.confirmed',
  'ChoiceResponse.value': 'SelectedOption.value',
};

/** What REST's answers have besides: what GraphQL has no use for, and what only holds others. */
export const MORE_IN_ANSWERS: readonly string[] = [
  'AddressResponse.source',
  'CoordinatesResponse.source',
  'SelectedOption.label',
  'ChoiceResponse.selected_option',
];
