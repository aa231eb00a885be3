import { type Twist } from './faults.ts';
import { FEATURE_TYPES, featureCollection } from './features.ts';
import type { Places } from './gazetteer-places.ts';
import { mapboxFailure, parameterProblem, TOKEN_REFUSED } from './mapbox.ts';
import { type Provider, type Rate, refused, type StubAnswer, type StubRequest } from './provider.ts';
import { pointIn } from './table.ts';

/** https://docs.mapbox.com/api/search/geocoding/ */
const PATH = '/search/geocode/v6/forward';
const MOST_CHARACTERS = 256;
const MOST_WORDS = 20;
const RATE: Rate = { name: 'geocoding', requests: 10, windowMs: 1000 };
/** Where a candidate is put that no earth has. */
const NOWHERE = { longitude: 213.4, latitude: 95.5 };

type Check = (value: string) => string | null;

const isBoolean: Check = (value) => (/^(?:true|false)$/u.test(value) ? null : 'must be true or false');

/** What is wrong with the value of each parameter that there is, if anything. Never says the value. */
const PARAMETERS: Readonly<Record<string, Check>> = {
  access_token: () => null,
  q: queryProblem,
  autocomplete: isBoolean,
  permanent: isBoolean,
  country: (value) => (/^[a-z]{2}(?:,[a-z]{2})*$/iu.test(value) ? null : 'must be ISO 3166-1 alpha-2 country codes'),
  language: (value) => (/^[a-z]{2,3}(?:-[a-z\d]+)*$/iu.test(value) ? null : 'must be an IETF language tag'),
  limit: (value) => (/^(?:[1-9]|10)$/u.test(value) ? null : 'must be 1 to 10'),
  types: (value) => (value.split(',').every(isFeatureType) ? null : `must be of ${FEATURE_TYPES.join(', ')}`),
  proximity: proximityProblem,
};

/** Mapbox Geocoding v6, forward. The rest of its parameters are refused: nothing here would keep to them. */
export function geocodingProvider(places: Places, token: string): Provider {
  return {
    read(request) {
      const { query } = request;
      if (query.get('access_token') !== token) return refused(TOKEN_REFUSED);
      const problem = requestProblem(request);
      if (problem !== null) return refused(problem);
      return { kind: 'asked', elements: 1, rate: RATE, answer: async (twist) => collection(query, places, twist) };
    },
    failure: mapboxFailure,
    unfit: ({ kind }) => (kind === 'code' ? 'an answer has no code; use empty or status' : null),
  };
}

function requestProblem({ method, path, query }: StubRequest): StubAnswer | null {
  if (method !== 'GET' || path !== PATH) return mapboxFailure(404);
  if (!query.has('q')) return { status: 422, body: { message: 'q must be given' } };
  const problem = parameterProblem(query, PARAMETERS);
  return problem === null ? null : { status: 422, body: { message: problem } };
}

async function collection(query: URLSearchParams, places: Places, twist: Twist | null): Promise<StubAnswer> {
  const found =
    twist?.kind === 'empty' ? [] : await places(query.get('q') ?? '', pointIn(query.get('proximity') ?? ''));
  const types = query.get('types')?.split(',');
  const fitting = found.filter(({ featureType = 'address' }) => types?.includes(featureType) ?? true);
  const limited = fitting.slice(0, Number(query.get('limit') ?? 5));
  const features =
    twist?.kind === 'out_of_range' ? [{ name: 'Nirgendweg 1', ...limited[0], location: NOWHERE }] : limited;
  return { status: 200, body: featureCollection(features, query.get('language') ?? 'en') };
}

/** Words are what spaces and punctuation part. */
function queryProblem(value: string): string | null {
  const words = value.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  if (words === 0) return 'must not be empty';
  if (value.includes(';')) return 'must not contain a semicolon';
  if (value.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters`;
  return words > MOST_WORDS ? `has more than ${MOST_WORDS} words` : null;
}

/** Mapbox itself takes any number of decimals: here what must not be sent is refused, as it is someone's home. */
function proximityProblem(value: string): string | null {
  if (value === 'ip') return null;
  if (pointIn(value) === null) return 'must be longitude,latitude';
  const tooFine = value.split(',').some((part) => (part.split('.')[1] ?? '').length > 2);
  return tooFine ? 'tells where someone lives: at most two decimals may be sent' : null;
}

function isFeatureType(value: string): boolean {
  return FEATURE_TYPES.some((type) => type === value);
}
