import type { StubAnswer } from './provider.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Not Authorized - Invalid Token',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'The request is not valid',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const TOKEN_REFUSED: StubAnswer = mapboxFailure(401);

/** An error of Mapbox: a message, and a code where the Matrix gives one, which it does below 500 only. */
export function mapboxFailure(status: number, code?: string): StubAnswer {
  const message = MESSAGES[status] ?? 'The request failed';
  return { status, body: { message, ...(code !== undefined && { code }) } };
}

/** What is wrong with the parameters: one that there is not, that is given twice, or a value; null: nothing. */
export function parameterProblem(
  query: URLSearchParams,
  known: Readonly<Record<string, (value: string) => string | null>>,
): string | null {
  for (const [name, value] of query) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) return `"${name}" is not allowed; allowed: ${Object.keys(known).join(', ')}`;
    if (query.getAll(name).length > 1) return `"${name}" is given more than once`;
    const problem = check(value);
    if (problem !== null) return `"${name}" ${problem}`;
  }
  return null;
}
