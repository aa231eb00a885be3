import { buildSchema, GraphQLError, GraphQLScalarType, type GraphQLSchema, Kind, type ValueNode } from 'graphql';

/** Why there is no way, as a plan says it. */
export const ROUTING_ERRORS = [
  'LOCATION_NOT_FOUND',
  'NO_STOPS_IN_RANGE',
  'NO_TRANSIT_CONNECTION',
  'NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW',
  'OUTSIDE_BOUNDS',
  'OUTSIDE_SERVICE_PERIOD',
  'WALKING_BETTER_THAN_TRANSIT',
] as const;

/** https://docs.opentripplanner.org/api/dev-2.x/graphql-gtfs/: the part that a plan by public transport needs. */
const DEFINITIONS = /* GraphQL */ `
  scalar CoordinateValue
  scalar Duration
  scalar Long
  scalar OffsetDateTime

  type QueryType {
    planConnection(
      after: String
      before: String
      dateTime: PlanDateTimeInput
      destination: PlanLabeledLocationInput!
      first: Int
      last: Int
      locale: String
      modes: PlanModesInput
      origin: PlanLabeledLocationInput!
      searchWindow: Duration
    ): PlanConnection
  }

  input PlanDateTimeInput @oneOf {
    earliestDeparture: OffsetDateTime
    latestArrival: OffsetDateTime
  }
  input PlanLabeledLocationInput {
    label: String
    location: PlanLocationInput!
  }
  input PlanLocationInput @oneOf {
    coordinate: PlanCoordinateInput
    stopLocation: PlanStopLocationInput
  }
  input PlanCoordinateInput {
    latitude: CoordinateValue!
    longitude: CoordinateValue!
  }
  input PlanStopLocationInput {
    stopLocationId: String!
  }
  input PlanModesInput {
    direct: [PlanDirectMode!]
    directOnly: Boolean = false
    transit: PlanTransitModesInput
    transitOnly: Boolean = false
  }
  input PlanTransitModesInput {
    access: [PlanAccessMode!]
    egress: [PlanAccessMode!]
    transfer: [PlanTransferMode!]
    transit: [PlanTransitModePreferenceInput!]
  }
  input PlanTransitModePreferenceInput {
    mode: TransitMode!
  }
  enum PlanDirectMode {
    BICYCLE
    CAR
    WALK
  }
  enum PlanAccessMode {
    BICYCLE
    WALK
  }
  enum PlanTransferMode {
    BICYCLE
    WALK
  }
  enum TransitMode {
    BUS
    COACH
    FERRY
    RAIL
    SUBWAY
    TRAM
  }

  type PlanConnection {
    edges: [PlanEdge]
    pageInfo: PlanPageInfo!
    routingErrors: [RoutingError!]!
    searchDateTime: OffsetDateTime
  }
  type PlanPageInfo {
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
  }
  type PlanEdge {
    cursor: String!
    node: Itinerary!
  }
  type Itinerary {
    duration: Long
    legs: [Leg]!
  }
  type Leg {
    distance: Float
    duration: Float
    mode: Mode
    transitLeg: Boolean
  }
  enum Mode {
    BICYCLE
    BUS
    CAR
    COACH
    FERRY
    RAIL
    SUBWAY
    TRAM
    TRANSIT
    WALK
  }

  type RoutingError {
    code: RoutingErrorCode!
    description: String!
    inputField: InputField
  }
  enum RoutingErrorCode { ${ROUTING_ERRORS.join(' ')} }
  enum InputField {
    DATE_TIME
    FROM
    INTERMEDIATE_PLACE
    TO
  }

  schema {
    query: QueryType
  }
`;

const OFFSET_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/u;

/** What each scalar takes. */
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  CoordinateValue: (value) => typeof value === 'number' && Math.abs(value) <= 180,
  Duration: (value) => typeof value === 'string' && /^PT?\w+$/u.test(value),
  Long: (value) => Number.isSafeInteger(value),
  OffsetDateTime: (value) =>
    typeof value === 'string' && OFFSET_DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)),
};

/** That part of the schema, its scalars as strict as the real ones. */
export function otpSchema(): GraphQLSchema {
  const schema = buildSchema(DEFINITIONS);
  for (const [name, isValid] of Object.entries(SCALARS)) {
    const type = schema.getType(name);
    if (type instanceof GraphQLScalarType) makeStrict(type, isValid);
  }
  return schema;
}

function makeStrict(type: GraphQLScalarType, isValid: (value: unknown) => boolean): void {
  const checked = (value: unknown): unknown => {
    if (isValid(value)) return value;
    throw new GraphQLError(`Not a valid ${type.name}.`);
  };
  type.parseValue = checked;
  type.parseLiteral = (node) => checked(literal(node));
}

function literal(node: ValueNode): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
  return node.kind === Kind.STRING ? node.value : undefined;
}
