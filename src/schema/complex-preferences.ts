import { isDeepStrictEqual } from 'node:util';
import { ListRef, type OutputRef } from '@pothos/core';
import { DESCRIPTIONS } from '../descriptions.ts';
import type { ShownComplexType } from '../pipeline/preferences/complex-types.ts';
import type { ComplexPreferenceMatch, ProcessingMetadata } from '../protocol.ts';
import type { Builder } from './builder.ts';
import { FactsError, readFacts, type Fact, type FactType, type NamedFactType } from './facts.ts';

/**
 * The interface of complex preferences, and one type for each that implements it, made from its facts: a new kind of
 * preference needs no line here. Throws FactsError when two kinds declare different things under one id.
 */
export function addComplexPreferences(builder: Builder, types: readonly ShownComplexType[]) {
  const names = new Map(types.map(({ type, graphqlName }) => [type, graphqlName]));
  const match = addInterface(builder, names);
  const shapes = types.map((type) => ({ ...type, ...readFacts(type.facts, type.graphqlName) }));
  const named = addNamedTypes(
    builder,
    shapes.flatMap((shape) => shape.named),
  );
  for (const { graphqlName, description, facts } of shapes) {
    builder.objectRef<ComplexPreferenceMatch>(graphqlName).implement({
      description,
      interfaces: [match],
      fields: (t) =>
        Object.fromEntries(
          facts.map((fact) => [
            fact.name,
            t.field({ ...fieldOf(fact, named), resolve: (parent) => parent.facts[fact.name] }),
          ]),
        ),
    });
  }
  return match;
}

export type ComplexPreferenceMatchRef = ReturnType<typeof addComplexPreferences>;

function addInterface(builder: Builder, names: ReadonlyMap<string, string>) {
  const metadata = addProcessingMetadata(builder);
  const { fields: said } = DESCRIPTIONS.ComplexPreferenceMatch;
  return builder.interfaceRef<ComplexPreferenceMatch>('ComplexPreferenceMatch').implement({
    description:
      'One complex preference of one offer. What its kind says besides is on the types that implement this interface.',
    resolveType: ({ type }) => names.get(type),
    fields: (t) => ({
      type: t.exposeString('type', { description: 'The key that REST uses, such as location_distance.' }),
      preferenceId: t.exposeID('preferenceId', { description: said.preferenceId }),
      satisfied: t.exposeBoolean('satisfied', { description: said.satisfied }),
      details: t.exposeString('details', {
        nullable: true,
        description: `${said.details} Null unless includeExplanations.`,
      }),
      score: t.exposeFloat('score', { description: said.score }),
      processingMetadata: t.expose('processingMetadata', { type: metadata, description: said.processingMetadata }),
    }),
  });
}

function addProcessingMetadata(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.ProcessingMetadata;
  return builder.objectRef<ProcessingMetadata>('ProcessingMetadata').implement({
    description,
    fields: (t) => ({
      pipelineUsed: t.exposeBoolean('pipelineUsed', { description: said.pipelineUsed }),
      pipelineName: t.exposeString('pipelineName', { description: said.pipelineName }),
      executionTimesMs: t.exposeIntList('executionTimesMs', { description: said.executionTimesMs }),
    }),
  });
}

type FactListRef = ListRef<Builder['$inferSchemaTypes'], unknown>;
type FactRef = OutputRef | FactListRef | 'String' | 'Boolean' | 'Int' | 'Float';
type NamedRefs = ReadonlyMap<string, OutputRef>;

/** An id that several types use is built once. */
function addNamedTypes(builder: Builder, declared: readonly NamedFactType[]): NamedRefs {
  const refs = new Map<string, OutputRef>();
  const seen = new Map<string, NamedFactType>();
  for (const type of declared) {
    const known = seen.get(type.id);
    if (known === undefined) refs.set(type.id, addNamedType(builder, type, refs));
    else if (!isDeepStrictEqual(known, type)) throw new FactsError(`${type.id} is declared twice, and differently`);
    seen.set(type.id, type);
  }
  return refs;
}

function addNamedType(builder: Builder, type: NamedFactType, named: NamedRefs): OutputRef {
  if (type.kind === 'enum') {
    const values = type.values.map((value) => [
      value.value.toUpperCase(),
      { value: value.value, ...described(value.description) },
    ]);
    return builder.enumType(type.id, { ...described(type.description), values: Object.fromEntries(values) });
  }
  return builder.objectRef<Readonly<Record<string, unknown>>>(type.id).implement({
    ...described(type.description),
    // Called when the schema is put together, so every named type is there.
    fields: (t) =>
      Object.fromEntries(
        type.facts.map((fact) => [
          fact.name,
          t.field({ ...fieldOf(fact, named), resolve: (parent) => parent[fact.name] }),
        ]),
      ),
  });
}

function fieldOf(fact: Fact, named: NamedRefs) {
  return { type: refOf(fact.type, named), nullable: fact.nullable, ...described(fact.description) };
}

function refOf(type: FactType, named: NamedRefs): FactRef {
  if (type.kind === 'scalar') return type.name;
  if (type.kind === 'list') {
    const list: FactListRef = new ListRef(refOf(type.of, named), type.nullableItems);
    return list;
  }
  const ref = named.get(type.id);
  if (ref === undefined) throw new FactsError(`${type.id} is used in facts and declared nowhere`);
  return ref;
}

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}
