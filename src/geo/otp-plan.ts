import { z } from 'zod';

/**
 * Asks for the last connections that arrive in time. OpenTripPlanner lists a walk all the way before every connection,
 * as long as it is not absurdly long, and then the latest departure first; of `first: 1` there would often be nothing
 * but the walk.
 */
export const PLAN_QUERY = `query Plan(
  $origin: PlanLabeledLocationInput!, $destination: PlanLabeledLocationInput!, $latestArrival: OffsetDateTime!
) {
  planConnection(
    origin: $origin, destination: $destination, dateTime: { latestArrival: $latestArrival }, first: 5
  ) {
    routingErrors { code }
    edges { node { duration legs { mode duration distance } } }
  }
}`;

const itinerary = z.object({
  /** Seconds. */
  duration: z.number().nonnegative(),
  /** Metres. */
  legs: z.array(z.object({ distance: z.number().nonnegative().nullish() }).nullable()),
});

const plan = z.object({
  routingErrors: z.array(z.object({ code: z.string() })),
  edges: z
    .array(z.object({ node: itinerary }).nullable())
    .nullish()
    .transform((edges) => (edges ?? []).filter((edge) => edge !== null)),
});

/** The shape of an answer to PLAN_QUERY: a plan, or the errors of GraphQL. */
export const otpAnswer = z.union([
  z.object({ errors: z.array(z.unknown()).nonempty() }).transform(() => ({ errors: true as const })),
  z.object({ data: z.object({ planConnection: plan }) }),
]);

/** What became of a plan. */
export type PlanReading =
  /** `metres` is null where a leg does not say its length. */
  | { readonly status: 'planned'; readonly seconds: number; readonly metres: number | null }
  | { readonly status: 'unreachable' }
  /** Walking all the way is better. */
  | { readonly status: 'walk' }
  /** A place lies outside of what the server knows. */
  | { readonly status: 'not_covered' }
  | { readonly status: 'refused'; readonly code: string };

/** What the codes of OpenTripPlanner's RoutingErrorCode say of the way; any other one is a failure. */
const MEANINGS = {
  NO_TRANSIT_CONNECTION: 'unreachable',
  NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW: 'unreachable',
  NO_STOPS_IN_RANGE: 'unreachable',
  WALKING_BETTER_THAN_TRANSIT: 'walk',
  OUTSIDE_BOUNDS: 'not_covered',
  LOCATION_NOT_FOUND: 'not_covered',
} as const;

/** The quickest way of a plan; without a way what its errors say, and with neither the place is unreachable. */
export function readPlan(answer: z.infer<typeof otpAnswer>): PlanReading {
  if ('errors' in answer) return { status: 'refused', code: 'GraphQL' };
  const { edges, routingErrors } = answer.data.planConnection;
  const [quickest] = edges.map(({ node }) => node).toSorted((one, other) => one.duration - other.duration);
  if (quickest === undefined) return readErrors(routingErrors.map(({ code }) => code));
  return { status: 'planned', seconds: quickest.duration, metres: lengthOf(quickest) };
}

function readErrors(codes: readonly string[]): PlanReading {
  const failure = codes.find((code) => !Object.hasOwn(MEANINGS, code));
  if (failure !== undefined) return { status: 'refused', code: failure };
  const statuses = new Set(codes.map((code) => MEANINGS[code as keyof typeof MEANINGS]));
  // Of several the one that leaves most open: what is not covered may well be reached.
  if (statuses.has('not_covered')) return { status: 'not_covered' };
  return { status: statuses.has('walk') ? 'walk' : 'unreachable' };
}

function lengthOf({ legs }: z.infer<typeof itinerary>): number | null {
  let metres = 0;
  for (const leg of legs) {
    const distance = leg?.distance ?? null;
    if (distance === null) return null;
    metres += distance;
  }
  return metres;
}
