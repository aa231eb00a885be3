import type { ErrorCode, InteractionReason, InteractionReceipt, Locale, Stage, WarningCode } from '../protocol.ts';
import type { DescribedEnum } from './described.ts';

/** The enums of the protocol; those of a preference type are described with its facts. */
export const ENUMS = {
  ProcessingStage: {
    description:
      'The four stages of a run, in the order of their values here: loading, finding, processing, generating.',
    values: {
      loading_preferences: 'First: the parent and their preferences are loaded.',
      finding_centers: 'Second: the centers within maxDistanceKm are found.',
      processing_complex_preferences:
        'Third: wishes that take more than one column are worked out. Questions are asked here.',
      generating_results: 'Fourth: the offers are scored, ordered and explained.',
    },
  } satisfies DescribedEnum<Stage>,
  /** What its values say names the fields of an answer, which are not the same. */
  InteractionType: {
    description: 'The kind of answer that a question takes. Any question may also be declined.',
  },
  InteractionReason: {
    description: 'Why a question is asked.',
    values: {
      missing: 'The value is needed and nobody has given it.',
      ambiguous: 'The address fits several places.',
      not_found: 'The address given was not found.',
      imprecise: 'The address was found, but too roughly to measure a distance from.',
      no_match: 'No center satisfies the wish; a looser limit is offered.',
      provider_unavailable: 'The service that looks addresses up does not answer.',
    },
  } satisfies DescribedEnum<InteractionReason>,
  InteractionStatus: {
    description: 'What an accepted answer came to.',
    values: {
      received: 'The first valid answer: it is stored and the session goes on.',
      duplicate: 'The same answer came again, which changes nothing.',
    },
  } satisfies DescribedEnum<InteractionReceipt['status']>,
  WarningCode: {
    description: 'What could not be taken into account.',
    values: {
      location_not_found: 'A place could not be found; its part of the wish counts as unknown.',
      location_declined: 'The person would rather not say where a place is; its part of the wish counts as unknown.',
      location_not_asked: 'A place is unknown, and was not asked for because its answer could not change the offers.',
      estimated_travel_time: 'Travel times were estimated from distance and speed, not routed.',
      provider_unavailable: 'An outside service did not answer.',
      wish_wider_than_radius: 'The wish allows centers beyond maxDistanceKm, which were not looked at.',
      nothing_satisfies: 'No center satisfies every wish; the offers are the best there are.',
      opening_hours_unknown: 'Some centers do not say when they are open.',
      child_age_unknown: "The child's age is unknown, so centers were not chosen by it.",
      home_unknown: 'The home is unknown, so the search was around another place.',
      preference_ignored: 'A preference could not be read and was left out.',
    },
  } satisfies DescribedEnum<WarningCode>,
  ErrorCode: {
    description: 'What went wrong.',
    values: {
      session_not_found: "No such session: unknown, forgotten, or another account's. The three look the same.",
      processing_error: 'Something went wrong on the server. Start a new session.',
      geocoding_failed: 'A place could not be found; the run goes on without it. Not fatal in a stream.',
      user_interaction_timeout: 'A question was not answered before its expiresAt, so the session has ended.',
      invalid_response: 'The answer does not fit the question, which stays open. `issues` says what is allowed.',
      parent_not_found: "No such parent: unknown, or another account's. The two look the same.",
      interaction_not_found: 'The session has asked no such question.',
      interaction_already_answered: 'The question was answered differently before; the first answer stands.',
      session_conflict: 'The sessionId was started with another input.',
      session_cancelled: 'The session was cancelled by its owner.',
      history_lost: 'Events before the ones that follow are gone. Not fatal: the log follows from its first event.',
      invalid_request: 'Fields are out of range or malformed. `issues` names every one.',
      unauthenticated: 'A valid bearer token is needed. HTTP status 401.',
      forbidden: 'The Origin or Host is not allowed. HTTP status 403.',
      rate_limited: 'Too many requests or open streams. HTTP status 429; wait for retryAfterMs.',
      unavailable: 'The service cannot answer right now. HTTP status 503; wait for retryAfterMs.',
    },
  } satisfies DescribedEnum<ErrorCode>,
  Locale: {
    description: 'The language of questions, details and warnings.',
    values: { en: 'English.', de: 'German.' },
  } satisfies DescribedEnum<Locale>,
} as const;
