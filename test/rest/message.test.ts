import { describe, expect, test } from 'vitest';
import type { ComplexPreferenceMatch, MatchResults, Offer } from '../../src/protocol.ts';
import { messageOf, receiptMessage, statusMessage } from '../../src/rest/message.ts';
import { sampleError, sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';

const STATUS = {
  sessionId: 'some-session',
  completed: false,
  interactionsCount: 0,
  hasResults: false,
  stage: null,
  progress: null,
  pendingInteractions: [],
  lastSequence: 0,
  startedAt: 1_700_000_000_000,
  expiresAt: null,
} as const;

/** Results whose one offer is changed. */
function resultsWith(change: (offer: Offer) => Offer): MatchResults {
  const results = sampleResults();
  return { ...results, offers: results.offers.map(change) };
}

function offersOf(results: MatchResults): unknown {
  const said = messageOf(results);
  return 'offers' in said ? said.offers : undefined;
}

describe('a processing update', () => {
  test('has what every message has first, and names the answered question only where there is one', () => {
    expect(Object.keys(messageOf(sampleUpdate()))).toEqual([
      'type',
      'session_id',
      'timestamp',
      'sequence',
      'stage',
      'progress',
      'details',
    ]);
    const answered = { ...sampleUpdate(), answeredInteractionId: 'interaction_0' };
    expect(messageOf(answered)).toMatchObject({ answered_interaction_id: 'interaction_0' });
  });
});

describe('a question', () => {
  test('is in snake_case at every depth, values as they are', () => {
    expect(messageOf(sampleQuestion())).toEqual({
      type: 'user_interaction',
      session_id: 'session-of-a-test',
      timestamp: 1_700_000_000_000,
      sequence: 2,
      interaction_id: 'interaction_0',
      interaction_type: 'choice',
      question: 'Which one?',
      field_name: 'work_location',
      context: { preference_id: 'p', required_for: 'distance_calculation', reason: 'ambiguous', attempt: 1 },
      options: [{ value: 'none', label: 'None of these' }],
      expires_at: 1_700_000_300_000,
    });
  });

  test('has options only where it is a choice, and writes other nulls', () => {
    const context = { ...sampleQuestion().context, preferenceId: null };
    const said = messageOf({ ...sampleQuestion(), options: null, context });
    expect(said).not.toHaveProperty('options');
    expect(said).toHaveProperty('context.preference_id', null);
  });
});

describe('results', () => {
  test('have maps of matches by type, facts beside the common fields, and execution_times', () => {
    expect(offersOf(sampleResults())).toMatchObject([
      {
        center_id: 'c1',
        preference_matches: {
          simple_preferences: { language: { satisfied: false, score: null } },
          complex_preferences: {
            location_distance: {
              preference_id: 'preference of location_distance',
              details: 'work: fine',
              processing_metadata: { pipeline_used: true, pipeline_name: 'a->b', execution_times: [1, 2] },
              legs: [{ transport_mode: 'public_transport', route_km: null }],
            },
            care_hours: { uncovered_minutes: null },
          },
        },
        center: { opening_hours: 'Mo-Fr 07:00-17:00', district: null },
      },
    ]);
    expect(messageOf(sampleResults())).toMatchObject({ processing_details: { warnings: [{ code: 'home_unknown' }] } });
  });

  test('have the explanation of an offer, and what other limits would add', () => {
    expect(messageOf(sampleResults())).toMatchObject({
      offers: [{ explanation: 'About 7 minutes more by bike to work.' }],
      counterfactuals: [
        {
          preference_id: 'preference of location_distance',
          type: 'location_distance',
          field_name: 'work_max_travel_minutes',
          value: 25,
          adds_centers: 6,
          is_at_least: true,
          details: '25 instead of 20 minutes by bike to work adds at least 6 centers',
        },
      ],
    });
    expect(messageOf({ ...sampleResults(), counterfactuals: [] })).toHaveProperty('counterfactuals', []);
  });

  test('leave out the center, the explanation and the details that were not asked for, and the type, which is the key', () => {
    const plain = resultsWith(({ preferenceMatches: { simplePreferences, complexPreferences }, ...offer }) => ({
      ...offer,
      center: null,
      explanation: null,
      preferenceMatches: {
        simplePreferences,
        complexPreferences: complexPreferences.map((match) => ({ ...match, details: null })),
      },
    }));
    expect(JSON.stringify(offersOf(plain))).not.toMatch(/"(?:center|explanation|details|type|facts)":/u);
  });

  test('have a number behind the type of a second and a third preference of one type', () => {
    const match = sampleResults().offers[0]?.preferenceMatches.complexPreferences[0] as ComplexPreferenceMatch;
    const same = ['first', 'second', 'third'].map((preferenceId) => ({ ...match, preferenceId }));
    const results = resultsWith((offer) => ({
      ...offer,
      preferenceMatches: { simplePreferences: [], complexPreferences: same },
    }));
    expect(offersOf(results)).toMatchObject([
      {
        preference_matches: {
          complex_preferences: {
            location_distance: { preference_id: 'first' },
            location_distance_2: { preference_id: 'second' },
            location_distance_3: { preference_id: 'third' },
          },
        },
      },
    ]);
  });
});

test('an error has its details by the name of the document, with nulls', () => {
  expect(messageOf(sampleError())).toMatchObject({
    error_code: 'session_cancelled',
    fatal: true,
    details: {
      parent_id: null,
      failed_stage: 'finding_centers',
      interaction_id: null,
      retry_after_ms: null,
      request_id: null,
      issues: [],
    },
  });
});

describe('a status', () => {
  test('has progress 0 before the first update, and no pending question', () => {
    expect(statusMessage(STATUS)).toEqual({
      session_id: 'some-session',
      completed: false,
      interactions_count: 0,
      has_results: false,
      stage: null,
      progress: 0,
      pending_interaction: null,
      pending_interactions: [],
      last_sequence: 0,
      started_at: 1_700_000_000_000,
      expires_at: null,
    });
  });

  test('has the question that has waited longest by itself too', () => {
    const pendingInteractions = [sampleQuestion(2), sampleQuestion(3)];
    const said = statusMessage({ ...STATUS, progress: 0.5, pendingInteractions });
    expect(said).toMatchObject({
      progress: 0.5,
      pending_interaction: { sequence: 2 },
      pending_interactions: [{ sequence: 2 }, { sequence: 3 }],
    });
  });
});

test('a receipt is the two fields of the document', () => {
  const receipt = { sessionId: 'some-session', interactionId: 'interaction_0', status: 'duplicate' } as const;
  expect(receiptMessage(receipt)).toEqual({ status: 'duplicate', interaction_id: 'interaction_0' });
});
