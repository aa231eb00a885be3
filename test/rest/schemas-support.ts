import { Ajv2020 } from 'ajv/dist/2020.js';
import { complexTypesOf } from '../../src/pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { restSchemas } from '../../src/rest/schemas/schemas.ts';

const simpleTypes = PREFERENCE_TYPES.filter(({ complex }) => complex === null).map(({ type }) => type);

/** The components of OpenAPI, with every preference type that there is. */
export const COMPONENTS = restSchemas(complexTypesOf(PREFERENCE_TYPES), simpleTypes);

// A UUID's pattern stands beside its format, so the format need not be checked a second time.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { uuid: true } });
ajv.addVocabulary(['discriminator', 'components']);
ajv.addSchema({ $id: 'rest', components: { schemas: COMPONENTS } });

/** Whether a value, as JSON carries it, is what the component says. */
export function fits(component: string, value: unknown): boolean {
  const valid = ajv.getSchema(`rest#/components/schemas/${component}`);
  if (valid === undefined) throw new TypeError(`there is no component ${component}`);
  return valid(JSON.parse(JSON.stringify(value))) === true;
}
