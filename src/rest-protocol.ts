/**
 * The protocol as REST writes it: every name is derived here from the one that GraphQL and the code use, and so is
 * every message's type. REST's values are the protocol's own; only names, and the maps of preference matches, differ.
 */
import type {
  Center,
  ComplexPreferenceMatch,
  InteractionReceipt,
  KeepaliveBody,
  MatchResults,
  Offer,
  ProcessingUpdate,
  SessionError,
  SessionStatus,
  SimplePreferenceMatch,
  UserInteraction,
} from './protocol.ts';

/** REST's names where they are not the code's in snake_case: the ones that the seed document fixes. */
export const REST_EXCEPTIONS = { executionTimesMs: 'execution_times', errorDetails: 'details' } as const;

/** `parentId` as REST writes it: `parent_id`. */
export function restName(name: string): string {
  if (Object.hasOwn(REST_EXCEPTIONS, name)) return REST_EXCEPTIONS[name as keyof typeof REST_EXCEPTIONS];
  return name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : Name;

/** `restName` in types. */
export type RestName<Name> = Name extends keyof typeof REST_EXCEPTIONS
  ? (typeof REST_EXCEPTIONS)[Name]
  : Name extends string
    ? SnakeCase<Name>
    : Name;

/** A value of the protocol with REST's names, at every depth. */
export type InRest<Value> = Value extends readonly (infer Item)[]
  ? readonly InRest<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value as RestName<Name>]: InRest<Value[Name]> }
    : Value;

/** The same with some fields that are left out where they are null. */
type LeftOut<Value, Name extends keyof Value> = Omit<Value, Name> & {
  readonly [Field in Name]?: NonNullable<Value[Field]>;
};

/** A match of a wish that one column answers. `details` is there where explanations were asked for. */
export type RestSimpleMatch = LeftOut<Omit<InRest<SimplePreferenceMatch>, 'type'>, 'details'>;

/** A match of a complex preference, with what its type says besides, such as `legs` or `uncovered_minutes`. */
export type RestComplexMatch = LeftOut<Omit<InRest<ComplexPreferenceMatch>, 'type' | 'facts'>, 'details'> &
  Readonly<Record<string, unknown>>;

/**
 * An offer; its matches are maps by type, where a second preference of one type is `<type>_2`. `explanation` is there
 * where explanations were asked for.
 */
export type RestOffer = Omit<LeftOut<InRest<Offer>, 'explanation'>, 'preference_matches' | 'center'> & {
  readonly preference_matches: {
    readonly simple_preferences: Readonly<Record<string, RestSimpleMatch>>;
    readonly complex_preferences: Readonly<Record<string, RestComplexMatch>>;
  };
  /** Where full centers were asked for. */
  readonly center?: InRest<Center>;
};

/** `answered_interaction_id` stands where the update says that a question is closed. */
export type ProcessingUpdateMessage = LeftOut<InRest<ProcessingUpdate>, 'answered_interaction_id'>;
/** `options` stand in a choice. */
export type UserInteractionMessage = LeftOut<InRest<UserInteraction>, 'options'>;
export type MatchResultsMessage = Omit<InRest<MatchResults>, 'offers'> & { readonly offers: readonly RestOffer[] };
/** `session_id` is null where there is no session. */
export type ErrorMessage = Omit<InRest<SessionError>, 'session_id'> & { readonly session_id: string | null };
export type KeepaliveMessage = InRest<KeepaliveBody>;

/** Everything that a stream of REST may say. */
export type RestMessage =
  | ProcessingUpdateMessage
  | UserInteractionMessage
  | MatchResultsMessage
  | ErrorMessage
  | KeepaliveMessage;

export type RestStatus = Omit<InRest<SessionStatus>, 'progress' | 'pending_interactions'> & {
  readonly progress: number;
  readonly pending_interaction: UserInteractionMessage | null;
  readonly pending_interactions: readonly UserInteractionMessage[];
};

export type RestReceipt = Omit<InRest<InteractionReceipt>, 'session_id'>;

/** What opens the stream of one session in place of a token, and until when, in milliseconds since the Unix epoch. */
export type RestTicket = InRest<{ readonly ticket: string; readonly expiresAt: number }>;
