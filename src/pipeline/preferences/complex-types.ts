import type { ComplexType, PreferenceType } from './preference-type.ts';

/** A complex type as the two faces show it. */
export interface ShownComplexType extends Pick<ComplexType, 'graphqlName' | 'description' | 'facts'> {
  /** As in `preferences.type` and as a key of REST, such as `care_hours`. */
  readonly type: string;
}

/** The complex ones of a registry, in its order. */
export function complexTypesOf(registry: readonly Pick<PreferenceType, 'type' | 'complex'>[]): ShownComplexType[] {
  return registry.flatMap(({ type, complex }) => (complex === null ? [] : [{ ...complex, type }]));
}
