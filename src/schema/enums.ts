import { DESCRIPTIONS } from '../descriptions.ts';
import type { DescribedEnum } from '../descriptions/described.ts';
import { ERROR_CODES, INTERACTION_REASONS, INTERACTION_TYPES, LOCALES, STAGES, WARNING_CODES } from '../protocol.ts';
import type { Builder } from './builder.ts';

/** A GraphQL enum over a table of lower-case values: the names are the values in upper case. */
function addEnum<const Value extends string>(
  builder: Builder,
  name: string,
  table: readonly Value[],
  described: DescribedEnum<Value>,
) {
  const values: Record<string, { value: Value; description: string }> = {};
  for (const value of table) values[value.toUpperCase()] = { value, description: described.values[value] };
  return builder.enumType(name, { description: described.description, values });
}

/** The enums of the protocol; those of a preference type come with its facts. */
export function addEnums(builder: Builder) {
  return {
    stage: addEnum(builder, 'ProcessingStage', STAGES, DESCRIPTIONS.ProcessingStage),
    interactionType: addEnum(builder, 'InteractionType', INTERACTION_TYPES, {
      ...DESCRIPTIONS.InteractionType,
      values: {
        location_input: 'A place: answer with `location`, an address or coordinates.',
        confirmation: 'A yes or a no: answer with `confirmation`.',
        choice: 'One of `options`: answer with `choice`.',
      },
    }),
    interactionReason: addEnum(builder, 'InteractionReason', INTERACTION_REASONS, DESCRIPTIONS.InteractionReason),
    interactionStatus: addEnum(builder, 'InteractionStatus', ['received', 'duplicate'], DESCRIPTIONS.InteractionStatus),
    warningCode: addEnum(builder, 'WarningCode', WARNING_CODES, DESCRIPTIONS.WarningCode),
    errorCode: addEnum(builder, 'ErrorCode', ERROR_CODES, {
      ...DESCRIPTIONS.ErrorCode,
      description: `${DESCRIPTIONS.ErrorCode.description} REST uses the same codes in lower case.`,
    }),
    locale: addEnum(builder, 'Locale', LOCALES, DESCRIPTIONS.Locale),
  };
}

export type Enums = ReturnType<typeof addEnums>;
