import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { DescribedEnum } from '../../descriptions/described.ts';
import {
  ERROR_CODES,
  INTERACTION_REASONS,
  INTERACTION_TYPES,
  type InteractionReceipt,
  STAGES,
  WARNING_CODES,
} from '../../protocol.ts';

/** A component for a table of values; the values' descriptions become part of its own. */
function enumOf<const Value extends string>(id: string, table: readonly Value[], described: DescribedEnum<Value>) {
  return z.enum(table, `must be one of ${table.join(', ')}`).meta({ id, ...described });
}

/** The stages of a run. */
export const stage = enumOf('ProcessingStage', STAGES, DESCRIPTIONS.ProcessingStage);

/** The kinds of questions. */
export const interactionType = enumOf('InteractionType', INTERACTION_TYPES, {
  ...DESCRIPTIONS.InteractionType,
  values: {
    location_input: 'A place: answer with `address`, or with `latitude` and `longitude`.',
    confirmation: 'A yes or a no: answer with `confirmed`.',
    choice: 'One of `options`: answer with `selectedOption`.',
  },
});

/** Why a question is asked. */
export const interactionReason = enumOf('InteractionReason', INTERACTION_REASONS, DESCRIPTIONS.InteractionReason);

const INTERACTION_STATUSES = ['received', 'duplicate'] as const satisfies InteractionReceipt['status'][];

/** What came of an answer. */
export const interactionStatus = enumOf('InteractionStatus', INTERACTION_STATUSES, DESCRIPTIONS.InteractionStatus);

/** What results warn of. */
export const warningCode = enumOf('WarningCode', WARNING_CODES, DESCRIPTIONS.WarningCode);

/** What an error is for programs. */
export const errorCode = enumOf('ErrorCode', ERROR_CODES, {
  ...DESCRIPTIONS.ErrorCode,
  description: `${DESCRIPTIONS.ErrorCode.description} GraphQL uses the same codes in upper case.`,
});
