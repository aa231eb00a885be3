import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { ShownComplexType } from '../../pipeline/preferences/complex-types.ts';
import { keepalive } from './keepalive.ts';
import { type Components, type JsonSchema, withComponents } from './json-schema.ts';
import { MATCH_MAPS, matchResults } from './match-results.ts';
import { preferenceMaps } from './preference-maps.ts';
import { processingUpdate } from './processing-update.ts';
import { RESPONSE_DATA, respondBody, startBody } from './requests.ts';
import { responseData } from './response-data.ts';
import { sessionError } from './session-error.ts';
import { sessionStatus } from './session-status.ts';
import { streamMessage } from './stream-message.ts';
import { ticket } from './ticket.ts';
import { interactionReceipt, userInteraction } from './user-interaction.ts';

export { type Components, type JsonSchema, refTo, restSchemaOf } from './json-schema.ts';
export { respondBody, startBody } from './requests.ts';

/** Everything that REST says, and everything that it takes. */
const SAID: readonly z.ZodType[] = [
  processingUpdate,
  userInteraction,
  matchResults,
  sessionError,
  keepalive,
  sessionStatus,
  interactionReceipt,
  ticket,
];
const TAKEN: readonly z.ZodType[] = [startBody, respondBody];

/** Zod has only their names: what they hold depends on the registry, or is checked once the question is known. */
const DESCRIBED_APART: ReadonlySet<string> = new Set([...Object.values(MATCH_MAPS), RESPONSE_DATA]);

/**
 * Every component of the OpenAPI document by name, the names inside them being REST's. The maps of preference matches
 * hold just the types given: `complexTypes` with the facts of each, `simpleTypes` by their keys, such as `language`.
 * Throws TypeError where a type's facts declare under an id something else than what the id already stands for.
 */
export function restSchemas(complexTypes: readonly ShownComplexType[], simpleTypes: readonly string[]): Components {
  const data = withComponents(responseData, 'input');
  return joined([
    ...SAID.map((schema) => checkedByZod(schema, 'output')),
    ...TAKEN.map((schema) => checkedByZod(schema, 'input')),
    ...preferenceMaps(complexTypes, simpleTypes),
    { ...data.components, [RESPONSE_DATA]: data.schema, StreamMessage: streamMessage() },
  ]);
}

function checkedByZod(schema: z.ZodType, io: 'input' | 'output'): Components {
  const { components } = withComponents(schema, io);
  return Object.fromEntries(Object.entries(components).filter(([name]) => !DESCRIBED_APART.has(name)));
}

/** In the order of their names, so that a diff of the document shows only changes. */
function joined(parts: readonly Components[]): Components {
  const known = new Map<string, JsonSchema>();
  for (const [name, schema] of parts.flatMap((part) => Object.entries(part))) {
    const before = known.get(name) ?? schema;
    if (!isDeepStrictEqual(before, schema)) throw new TypeError(`${name} is declared twice, and differently`);
    known.set(name, schema);
  }
  return Object.fromEntries([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
