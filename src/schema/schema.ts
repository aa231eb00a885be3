import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { ShownComplexType } from '../pipeline/preferences/complex-types.ts';
import { createBuilder } from './builder.ts';
import { addCenter } from './centers.ts';
import { addComplexPreferences } from './complex-preferences.ts';
import { addEnums } from './enums.ts';
import { addEvents } from './events.ts';
import { addInteractions } from './interactions.ts';
import { addMutation } from './mutation.ts';
import { addOffer } from './offers.ts';
import { addQuery } from './query.ts';
import { addSessionEvent } from './session-event.ts';
import { addStatus } from './status.ts';
import { addSubscription } from './subscription.ts';

/** The schema, with a type for each complex preference type. Throws FactsError when its facts do not fit GraphQL. */
export function buildSchema(complexTypes: readonly ShownComplexType[]): GraphQLSchema {
  const builder = createBuilder();
  const enums = addEnums(builder);
  const sessionEvent = addSessionEvent(builder);
  const interactions = addInteractions(builder, enums, sessionEvent);
  const offer = addOffer(builder, addCenter(builder), addComplexPreferences(builder, complexTypes));
  const events = addEvents(builder, { enums, sessionEvent, interactions, offer });
  const status = addStatus(builder, enums, interactions);
  addQuery(builder, status, events);
  addMutation(builder, { interactions, status, events });
  addSubscription(builder, enums, events);
  return builder.toSchema();
}

/** The schema in its own language, types and fields in the order of their names, so that a diff shows only changes. */
export function printSorted(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
