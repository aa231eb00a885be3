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
  return builder.objectRef<MatchResults>('MatchResults').implement({
    description: 'The offers. It is the last event of its session.',
    interfaces: [parts.sessionEvent],
    fields: (t) => ({
      success: t.exposeBoolean('success', { description: 'False only when no center could be evaluated.' }),
      offers: t.expose('offers', {
        type: [parts.offer],
        description:
          'At most `limit` of all evaluated centers: those that satisfy every wish first, then by score, then by distance from home, then by id.',
      }),
      counterfactuals: t.expose('counterfactuals', {
        type: [counterfactual],
        description:
          'The other limits that would help most, best first: at most three, and none unless includeExplanations.',
      }),
      processingDetails: t.expose('processingDetails', {
        type: processingDetails,
        description: 'How the offers came about.',
      }),
    }),
  });
}

function addCounterfactual(builder: Builder) {
  return builder.objectRef<Counterfactual>('Counterfactual').implement({
    description: 'What another value of one limit would change, computed from what is known of the centers.',
    fields: (t) => ({
      preferenceId: t.exposeID('preferenceId', { description: 'The preference of the parent whose limit it is.' }),
      type: t.exposeString('type', { description: "The preference's type, such as location_distance." }),
      fieldName: t.exposeString('fieldName', { description: 'The limit, such as work_max_travel_minutes.' }),
      value: t.exposeFloat('value', {
        description:
          'The other value, in the unit of the limit: minutes, kilometres, minutes since midnight, or places.',
      }),
      addsCenters: t.exposeInt('addsCenters', {
        description: 'Centers that would meet every wish with it and do not without, 1 or more.',
      }),
      isAtLeast: t.exposeBoolean('isAtLeast', {
        description:
          'True: addsCenters are sure, and there may be more, because not everything is known of some centers.',
      }),
      details: t.exposeString('details', {
        description:
          "For people, in the session's locale, such as `25 instead of 20 minutes by bike to work adds 6 centers`.",
      }),
    }),
  });
}

function addProcessingDetails(builder: Builder, enums: Enums) {
  const warning = addWarning(builder, enums);
  return builder.objectRef<ProcessingDetails>('ProcessingDetails').implement({
    description: 'How the offers came about.',
    fields: (t) => ({
      centersEvaluated: t.exposeInt('centersEvaluated', { description: 'Centers that were scored, 0 or more.' }),
      complexTypesProcessed: t.exposeStringList('complexTypesProcessed', {
        description: 'Types of complex preferences that were worked out, such as location_distance.',
      }),
      processingTimeMs: t.exposeInt('processingTimeMs', {
        description: 'Milliseconds of work alone: the time that a person took to answer is not in it.',
      }),
      interactionsRequired: t.exposeInt('interactionsRequired', { description: 'Questions that were asked.' }),
      warnings: t.expose('warnings', {
        type: [warning],
        description: 'What could not be taken into account, and why; empty when everything was.',
      }),
    }),
  });
}

function addWarning(builder: Builder, enums: Enums) {
  return builder.objectRef<Warning>('Warning').implement({
    description: 'Something that could not be taken into account.',
    fields: (t) => ({
      code: t.expose('code', { type: enums.warningCode, description: 'For programs.' }),
      field: t.exposeString('field', {
        nullable: true,
        description: 'The field or location concerned, such as work_location; never an address.',
      }),
      message: t.exposeString('message', { description: "For people, in the session's locale." }),
    }),
  });
}
