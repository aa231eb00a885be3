import { DESCRIPTIONS } from '../descriptions.ts';
import type { Counterfactual, MatchResults, ProcessingDetails, Warning } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { OfferRef } from './offers.ts';
import type { SessionEventRef } from './session-event.ts';

interface ResultParts {
  readonly enums: Enums;
  readonly sessionEvent: SessionEventRef;
  readonly offer: OfferRef;
}

/** What a session ends with when all goes well. */
export function addResults(builder: Builder, parts: ResultParts) {
  const processingDetails = addProcessingDetails(builder, parts.enums);
  const counterfactual = addCounterfactual(builder);
  const { description, fields: said } = DESCRIPTIONS.MatchResults;
  return builder.objectRef<MatchResults>('MatchResults').implement({
    description,
    interfaces: [parts.sessionEvent],
    fields: (t) => ({
      success: t.exposeBoolean('success', { description: said.success }),
      offers: t.expose('offers', { type: [parts.offer], description: said.offers }),
      counterfactuals: t.expose('counterfactuals', { type: [counterfactual], description: said.counterfactuals }),
      processingDetails: t.expose('processingDetails', {
        type: processingDetails,
        description: said.processingDetails,
      }),
    }),
  });
}

function addCounterfactual(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.Counterfactual;
  return builder.objectRef<Counterfactual>('Counterfactual').implement({
    description,
    fields: (t) => ({
      preferenceId: t.exposeID('preferenceId', { description: said.preferenceId }),
      type: t.exposeString('type', { description: said.type }),
      fieldName: t.exposeString('fieldName', { description: said.fieldName }),
      value: t.exposeFloat('value', { description: said.value }),
      addsCenters: t.exposeInt('addsCenters', { description: said.addsCenters }),
      isAtLeast: t.exposeBoolean('isAtLeast', { description: said.isAtLeast }),
      details: t.exposeString('details', { description: said.details }),
    }),
  });
}

function addProcessingDetails(builder: Builder, enums: Enums) {
  const warning = addWarning(builder, enums);
  const { description, fields: said } = DESCRIPTIONS.ProcessingDetails;
  return builder.objectRef<ProcessingDetails>('ProcessingDetails').implement({
    description,
    fields: (t) => ({
      centersEvaluated: t.exposeInt('centersEvaluated', { description: said.centersEvaluated }),
      complexTypesProcessed: t.exposeStringList('complexTypesProcessed', { description: said.complexTypesProcessed }),
      processingTimeMs: t.exposeInt('processingTimeMs', { description: said.processingTimeMs }),
      interactionsRequired: t.exposeInt('interactionsRequired', { description: said.interactionsRequired }),
      warnings: t.expose('warnings', { type: [warning], description: said.warnings }),
    }),
  });
}

function addWarning(builder: Builder, enums: Enums) {
  const { description, fields: said } = DESCRIPTIONS.Warning;
  return builder.objectRef<Warning>('Warning').implement({
    description,
    fields: (t) => ({
      code: t.expose('code', { type: enums.warningCode, description: said.code }),
      field: t.exposeString('field', { nullable: true, description: said.field }),
      message: t.exposeString('message', { description: said.message }),
    }),
  });
}
