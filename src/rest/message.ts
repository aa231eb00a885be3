import type {
  ComplexPreferenceMatch,
  InteractionReceipt,
  MatchingEvent,
  MatchResults,
  Offer,
  ProcessingUpdate,
  SessionError,
  SessionStatus,
  SimplePreferenceMatch,
  UserInteraction,
} from '../protocol.ts';
import { assertNever } from '../protocol.ts';
import {
  type ErrorMessage,
  type InRest,
  type KeepaliveMessage,
  type MatchResultsMessage,
  type ProcessingUpdateMessage,
  restName,
  type RestComplexMatch,
  type RestMessage,
  type RestOffer,
  type RestReceipt,
  type RestSimpleMatch,
  type RestStatus,
  type RestTicket,
  type UserInteractionMessage,
} from '../rest-protocol.ts';

/** An event as a stream of REST says it. */
export function messageOf(event: MatchingEvent): RestMessage {
  switch (event.type) {
    case 'processing_update':
      return updateMessage(event);
    case 'user_interaction':
      return questionMessage(event);
    case 'match_results':
      return resultsMessage(event);
    case 'error':
      return errorMessage(event);
    default:
      return assertNever(event);
  }
}

/** An error, in a stream or instead of an answer; without a session its `session_id` is null. */
export function errorMessage(
  error: Omit<SessionError, 'sessionId'> & { readonly sessionId: string | null },
): ErrorMessage {
  const { type, sessionId, timestamp, sequence, ...said } = error;
  return { type, session_id: sessionId, timestamp, sequence, ...inRest(said) };
}

/** What a silent stream says so that both ends know it alive. */
export function keepaliveMessage(sessionId: string): KeepaliveMessage {
  return { type: 'keepalive', session_id: sessionId };
}

/** Where a session stands; progress is 0 before the first update. */
export function statusMessage(status: SessionStatus): RestStatus {
  const { pendingInteractions, progress, ...said } = status;
  const pending = pendingInteractions.map(questionMessage);
  return {
    ...inRest(said),
    progress: progress ?? 0,
    pending_interaction: pending[0] ?? null,
    pending_interactions: pending,
  };
}

/** What an accepted answer came to. */
export function receiptMessage({ status, interactionId }: InteractionReceipt): RestReceipt {
  return { status, interaction_id: interactionId };
}

/** A ticket, for its bearer alone. */
export function ticketMessage({
  ticket,
  expiresAt,
}: {
  readonly ticket: string;
  readonly expiresAt: number;
}): RestTicket {
  return { ticket, expires_at: expiresAt };
}

function updateMessage(event: ProcessingUpdate): ProcessingUpdateMessage {
  const { answeredInteractionId, ...said } = event;
  if (answeredInteractionId === null) return headed(said);
  return { ...headed(said), answered_interaction_id: answeredInteractionId };
}

function questionMessage(event: UserInteraction): UserInteractionMessage {
  const { options, ...said } = event;
  if (options === null) return headed(said);
  return { ...headed(said), options };
}

function resultsMessage(event: MatchResults): MatchResultsMessage {
  const { offers, counterfactuals, processingDetails, ...said } = event;
  return {
    ...headed(said),
    offers: offers.map(offerOf),
    counterfactuals: inRest(counterfactuals),
    processing_details: inRest(processingDetails),
  };
}

function offerOf(offer: Offer): RestOffer {
  const { centerId, centerName, score, preferenceMatches, explanation, center } = offer;
  return {
    center_id: centerId,
    center_name: centerName,
    score,
    preference_matches: {
      simple_preferences: byType(preferenceMatches.simplePreferences, simpleMatch),
      complex_preferences: byType(preferenceMatches.complexPreferences, complexMatch),
    },
    ...(explanation === null ? {} : { explanation }),
    ...(center === null ? {} : { center: inRest(center) }),
  };
}

function simpleMatch({ satisfied, score, details }: SimplePreferenceMatch): RestSimpleMatch {
  return { satisfied, score, ...(details === null ? {} : { details }) };
}

/** What its type says besides stands beside the common fields, which win where a name is the same. */
function complexMatch(match: ComplexPreferenceMatch): RestComplexMatch {
  const { preferenceId, satisfied, score, processingMetadata, details, facts } = match;
  return {
    ...inRest(facts),
    preference_id: preferenceId,
    satisfied,
    score,
    processing_metadata: inRest(processingMetadata),
    ...(details === null ? {} : { details }),
  };
}

/** A map by type; a second match of one type is `<type>_2`. */
function byType<Match extends { readonly type: string }, Said>(
  matches: readonly Match[],
  say: (match: Match) => Said,
): Record<string, Said> {
  const said: Record<string, Said> = {};
  const seen = new Map<string, number>();
  for (const match of matches) {
    const count = (seen.get(match.type) ?? 0) + 1;
    seen.set(match.type, count);
    said[count === 1 ? match.type : `${match.type}_${count}`] = say(match);
  }
  return said;
}

/** An event in REST's names, what every message carries first. */
function headed<Event extends Pick<MatchingEvent, 'type' | 'sessionId' | 'timestamp' | 'sequence'>>(
  event: Event,
): InRest<Event> {
  const { type, sessionId, timestamp, sequence, ...said } = event;
  return { type, session_id: sessionId, timestamp, sequence, ...(inRest(said) as object) } as InRest<Event>;
}

/** Names do not change, and there are few of them. */
const NAMES = new Map<string, string>();

function nameOf(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const made = restName(name);
  NAMES.set(name, made);
  return made;
}

/** A value of the protocol with REST's names, at every depth. */
function inRest<Value>(value: Value): InRest<Value> {
  return renamed(value) as InRest<Value>;
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(renamed);
  const said: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) said[nameOf(name)] = renamed(part);
  return said;
}
