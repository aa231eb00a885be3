import { type DocumentNode, type ExecutionResult, executeSync, type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import type { Point } from '../../../src/protocol.ts';
import type { Twist } from './faults.ts';
import { otpSchema, ROUTING_ERRORS } from './otp-schema.ts';
import { type Provider, refused, type StubAnswer, type StubRequest } from './provider.ts';
import type { Way, Ways } from './ways.ts';

const PATH = '/otp/gtfs/v1';
/** Of the time and of the way, to the stop and from it; the rest is by bus. */
const WALKED_SHARE = 0.1;

const BODY = z.looseObject({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() });

/** What of planConnection's arguments decides the answer. */
interface PlanArguments {
  readonly origin: Labeled;
  readonly destination: Labeled;
  readonly dateTime?: { readonly latestArrival?: string } | null;
}

interface Labeled {
  readonly location: { readonly coordinate?: Point };
}

/** A query that parses and fits the schema. */
interface Query {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** OpenTripPlanner 2: planConnection of its GTFS GraphQL API, for public transport that arrives by a given time. */
export function otpProvider(ways: Ways): Provider {
  const schema = otpSchema();
  return {
    read(request) {
      const query = readQuery(schema, request);
      if ('status' in query) return refused(query);
      const untwisted = run(schema, query, ways, null);
      if (untwisted.errors) return refused({ status: 200, body: untwisted });
      const answer = (twist: Twist | null) => ({
        status: 200,
        body: twist === null ? untwisted : run(schema, query, ways, twist),
      });
      return { kind: 'asked', elements: 1, rate: null, answer };
    },
    failure: (status, code = 'error') => ({ status, body: { errors: [{ message: `The request failed: ${code}` }] } }),
    unfit: (twist) =>
      twist.kind === 'code' && !ROUTING_ERRORS.some((code) => code === twist.code)
        ? `there is no routing error ${twist.code}; there are ${ROUTING_ERRORS.join(', ')}`
        : null,
  };
}

function readQuery(schema: GraphQLSchema, { method, path, contentType, body }: StubRequest): Query | StubAnswer {
  if (path !== PATH) return refusal(404, 'Not found');
  if (method !== 'POST') return refusal(405, 'Only POST is answered');
  if (!/^application\/json\b/iu.test(contentType ?? '')) return refusal(415, 'The body must be application/json');
  const { data } = BODY.safeParse(body);
  if (data === undefined) return refusal(400, 'The body must be {"query", "variables"}');
  try {
    const document = parse(data.query);
    const errors = validate(schema, document);
    return errors.length === 0 ? { document, variables: data.variables ?? {} } : { status: 200, body: { errors } };
  } catch (error) {
    return { status: 200, body: { errors: [error] } };
  }
}

function run(schema: GraphQLSchema, { document, variables }: Query, ways: Ways, twist: Twist | null): ExecutionResult {
  return executeSync({
    schema,
    document,
    variableValues: variables,
    rootValue: { planConnection: (given: PlanArguments) => plan(given, ways, twist) },
  });
}

function plan({ origin, destination, dateTime }: PlanArguments, ways: Ways, twist: Twist | null): unknown {
  const [from, to] = [origin.location.coordinate, destination.location.coordinate];
  if (from === undefined || to === undefined) throw new TypeError('Both ends must be coordinates.');
  if (typeof dateTime?.latestArrival !== 'string') throw new TypeError('dateTime must say the latest arrival.');
  if (twist?.kind === 'code') return connection([], twist.code);
  if (twist?.kind === 'empty') return connection([]);
  const way = ways(from, to, 'public_transport');
  if (way === null) return connection([], 'NO_TRANSIT_CONNECTION');
  return connection([twist === null ? way : { ...way, seconds: -60 }]);
}

function connection(ways: readonly Way[], code?: string): unknown {
  const description = 'There is no way by public transport.';
  return {
    routingErrors: code === undefined ? [] : [{ code, description, inputField: null }],
    edges: ways.map((way, index) => ({ cursor: `way-${index}`, node: itinerary(way) })),
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
    searchDateTime: null,
  };
}

/** Whole seconds, upwards, as a journey's are. */
function itinerary({ seconds, metres }: Way): unknown {
  const duration = Math.ceil(seconds);
  const leg = (mode: string, share: number) => ({
    mode,
    duration: Math.round(duration * share),
    distance: Math.round(metres * share * 100) / 100,
    transitLeg: mode !== 'WALK',
  });
  return { duration, legs: [leg('WALK', WALKED_SHARE), leg('BUS', 1 - 2 * WALKED_SHARE), leg('WALK', WALKED_SHARE)] };
}

function refusal(status: number, message: string): StubAnswer {
  return { status, body: { errors: [{ message }] } };
}
