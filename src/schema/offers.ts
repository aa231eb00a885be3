import type { Offer, SimplePreferenceMatch } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { CenterRef } from './centers.ts';
import type { ComplexPreferenceMatchRef } from './complex-preferences.ts';

/** A center that is offered, and how it meets each wish. */
export function addOffer(builder: Builder, center: CenterRef, complexMatch: ComplexPreferenceMatchRef) {
  const preferenceMatches = addPreferenceMatches(builder, complexMatch);
  return builder.objectRef<Offer>('Offer').implement({
    description: 'A center that is offered.',
    fields: (t) => ({
      centerId: t.exposeID('centerId', { description: 'Stable over sessions.' }),
      centerName: t.exposeString('centerName', { description: 'What the center is called.' }),
      score: t.exposeFloat('score', {
        description: "0 to 1: the weighted mean of the scores of the parent's preferences.",
      }),
      preferenceMatches: t.expose('preferenceMatches', {
        type: preferenceMatches,
        description: 'How the center meets each preference.',
      }),
      explanation: t.exposeString('explanation', {
        nullable: true,
        description:
          "What this center costs against the wishes, in the person's terms, such as `7 minutes more by bike to work; English is not spoken.` Null unless includeExplanations.",
      }),
      center: t.expose('center', { type: center, nullable: true, description: 'Null unless includeFullCenters.' }),
    }),
  });
}

export type OfferRef = ReturnType<typeof addOffer>;

function addPreferenceMatches(builder: Builder, complexMatch: ComplexPreferenceMatchRef) {
  const simpleMatch = addSimpleMatch(builder);
  return builder.objectRef<Offer['preferenceMatches']>('PreferenceMatches').implement({
    description: 'How an offer meets each preference of the parent.',
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
  return builder.objectRef<SimplePreferenceMatch>('SimplePreferenceMatch').implement({
    description: 'A wish that one column answers, such as a language or a pedagogical concept.',
    fields: (t) => ({
      type: t.exposeString('type', { description: 'The key that REST uses, such as language.' }),
      satisfied: t.exposeBoolean('satisfied', { description: 'Whether the center meets the wish.' }),
      details: t.exposeString('details', { nullable: true, description: 'Null unless includeExplanations.' }),
      score: t.exposeFloat('score', {
        nullable: true,
        description: '0 to 1. Null where the center does not say; it then counts in no mean, and is not satisfied.',
      }),
    }),
  });
}
