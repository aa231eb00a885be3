import { DESCRIPTIONS } from '../descriptions.ts';
import type { Offer, SimplePreferenceMatch } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { CenterRef } from './centers.ts';
import type { ComplexPreferenceMatchRef } from './complex-preferences.ts';

/** A center that is offered, and how it meets each wish. */
export function addOffer(builder: Builder, center: CenterRef, complexMatch: ComplexPreferenceMatchRef) {
  const preferenceMatches = addPreferenceMatches(builder, complexMatch);
  const { description, fields: said } = DESCRIPTIONS.Offer;
  return builder.objectRef<Offer>('Offer').implement({
    description,
    fields: (t) => ({
      centerId: t.exposeID('centerId', { description: said.centerId }),
      centerName: t.exposeString('centerName', { description: said.centerName }),
      score: t.exposeFloat('score', { description: said.score }),
      preferenceMatches: t.expose('preferenceMatches', {
        type: preferenceMatches,
        description: said.preferenceMatches,
      }),
      explanation: t.exposeString('explanation', {
        nullable: true,
        description: `${said.explanation} Null unless includeExplanations.`,
      }),
      center: t.expose('center', { type: center, nullable: true, description: 'Null unless includeFullCenters.' }),
    }),
  });
}

export type OfferRef = ReturnType<typeof addOffer>;

function addPreferenceMatches(builder: Builder, complexMatch: ComplexPreferenceMatchRef) {
  const simpleMatch = addSimpleMatch(builder);
  return builder.objectRef<Offer['preferenceMatches']>('PreferenceMatches').implement({
    description: DESCRIPTIONS.PreferenceMatches.description,
    fields: (t) => ({
      simplePreferences: t.expose('simplePreferences', {
        type: [simpleMatch],
        description: 'One for each simple preference; empty where there are none.',
      }),
      complexPreferences: t.expose('complexPreferences', {
        type: [complexMatch],
        description: 'One for each complex preference; empty where there are none.',
      }),
    }),
  });
}

function addSimpleMatch(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.SimplePreferenceMatch;
  return builder.objectRef<SimplePreferenceMatch>('SimplePreferenceMatch').implement({
    description,
    fields: (t) => ({
      type: t.exposeString('type', { description: 'The key that REST uses, such as language.' }),
      satisfied: t.exposeBoolean('satisfied', { description: said.satisfied }),
      details: t.exposeString('details', { nullable: true, description: 'Null unless includeExplanations.' }),
      score: t.exposeFloat('score', { nullable: true, description: said.score }),
    }),
  });
}
