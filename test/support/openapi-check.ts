import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses?: Readonly<Record<string, Operation['responses'][string]>> };
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

// A UUID's pattern stands beside its format, so the format need not be checked a second time.
const ajv = new Ajv2020({ strict: false, formats: { uuid: true } });
ajv.addSchema(document, 'openapi');

/** An answer that openapi.json does not describe. */
export class NotAsDescribed extends Error {
  override readonly name = 'NotAsDescribed';
}

/** Throws NotAsDescribed unless openapi.json has this answer, of this content type, to this request. */
export function checkAnswer(
  request: { readonly method: string; readonly path: string },
  answer: { readonly status: number; readonly contentType: string | null; readonly body: unknown },
): void {
  const { method, path } = request;
  const where = `${method} ${path} ${answer.status}`;
  const template = Object.keys(document.paths).find((one) => patternOf(one).test(path));
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
  const described = resolve(operation?.responses[String(answer.status)]);
  if (described === undefined) throw new NotAsDescribed(`${where} is not described`);
  const types = Object.keys(described.content ?? {});
  const type = answer.contentType?.split(';')[0] ?? null;
  if (types.length === 0 && type === null) return;
  if (type === null || !types.includes(type)) throw new NotAsDescribed(`${where} is ${type}, not ${types.join()}`);
  if (type === 'application/json') checkSchema(described.content?.[type], answer.body, where);
}

/** Throws NotAsDescribed unless openapi.json describes this message of a stream. */
export function checkMessage(message: unknown): void {
  checkSchema({ schema: { $ref: '#/components/schemas/StreamMessage' } }, message, 'a message');
}

function checkSchema(media: unknown, value: unknown, where: string): void {
  const { schema } = media as { readonly schema: { readonly $ref?: string } };
  if (schema.$ref === undefined) throw new NotAsDescribed(`${where}: its schema is no component`);
  const validate = ajv.getSchema(`openapi${schema.$ref}`);
  if (validate?.(value) === true) return;
  throw new NotAsDescribed(`${where} ${JSON.stringify(value)}: ${ajv.errorsText(validate?.errors)}`);
}

function resolve(response: Operation['responses'][string] | undefined): Operation['responses'][string] | undefined {
  const name = response?.$ref?.replace('#/components/responses/', '');
  return name === undefined ? response : document.components.responses?.[name];
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{[^}]+\}/gu, '[^/]*')}$`, 'u');
}
