import type { z } from 'zod';
import { SessionFailure } from '../errors.ts';
import type { InputIssue } from '../protocol.ts';
import { restName } from '../rest-protocol.ts';
import { HttpProblem } from './rest-failure.ts';

/** Checks one part of a request: its value as the handler is to see it, or why it is not taken. */
type Check = (given: unknown) => { readonly value: unknown } | { readonly error: Error };

const OBJECT_RULE = 'must be a JSON object';

/** A body as JSON; undefined where it is empty. Throws HttpProblem 400 where it is not JSON in UTF-8. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new HttpProblem({
      status: 400,
      message: 'The body is not JSON.',
      issues: [{ path: 'body', message: OBJECT_RULE }],
    });
  }
}

/**
 * Checks a body that has REST's names against a zod object that has the code's. Gives what it parses to, or a
 * SessionFailure invalid_request with every issue at its REST path.
 */
export function bodyCheck(schema: z.ZodObject): Check {
  const names = new Map(Object.keys(schema.shape).map((name) => [restName(name), name]));
  const fieldNames = [...names.keys()].join(', ');
  return (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      return invalid([{ path: 'body', message: OBJECT_RULE }]);
    }
    const known = Object.entries(given).flatMap(([name, value]) => {
      const field = names.get(name);
      return field === undefined ? [] : [[field, value] as const];
    });
    const unknown = Object.keys(given).filter((name) => !names.has(name));
    const parsed = schema.safeParse(Object.fromEntries(known));
    const issues = [...(parsed.error?.issues ?? []).map(restIssue), ...unknownIssues(unknown, fieldNames)];
    return issues.length === 0 ? { value: parsed.data } : invalid(issues);
  };
}

/** What may be the name of a field that somebody got wrong; anything longer or stranger may be a place. */
const PLAIN_NAME = /^\w{1,64}$/u;

/** How many unknown fields are named: an answer is not to be many times as long as its request. */
const MOST_NAMED = 20;

/** An issue for each unknown field that can be named, and one for all others. */
function unknownIssues(unknown: readonly string[], fieldNames: string): InputIssue[] {
  const named = unknown.filter((name) => PLAIN_NAME.test(name)).slice(0, MOST_NAMED);
  const issues = named.map((path) => ({ path, message: `is not a field here; the fields are ${fieldNames}` }));
  if (named.length === unknown.length) return issues;
  const others = unknown.length - named.length;
  return [...issues, { path: 'body', message: `has ${others} other unknown fields; the fields are ${fieldNames}` }];
}

function restIssue({ path, message }: z.core.$ZodIssue): InputIssue {
  return { path: path.map((part) => restName(String(part))).join('.'), message };
}

function invalid(issues: readonly InputIssue[]): { readonly error: SessionFailure } {
  return { error: new SessionFailure('invalid_request', { issues }) };
}
