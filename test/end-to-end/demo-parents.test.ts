import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type EventOf,
  type MatchingEvent,
  type TestApp,
  type TestSession,
  demoParent,
  PATHS,
  startTestApp,
} from '../support/test-app.ts';

const POTSDAMER_PLATZ = { location: { address: 'Potsdamer Platz 1, Berlin' } };

const STAGES = ['LOADING_PREFERENCES', 'FINDING_CENTERS', 'PROCESSING_COMPLEX_PREFERENCES', 'GENERATING_RESULTS'];

function expectWholeLog(events: readonly MatchingEvent[]): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const updates = events.filter((event) => event.__typename === 'ProcessingUpdate');
  const progress = updates.map((update) => update.progress);
  expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  expect([...new Set(updates.map(({ stage }) => stage))]).toEqual(STAGES);
  expect(events.at(-1)?.__typename).toBe('MatchResults');
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

describe.each(PATHS)('over %s', (path) => {
  const match = (last: number, changes: object = {}): TestSession =>
    app.match({ parentId: demoParent(last), ...changes }, { path });

  test('parent 0001 is asked where work is, and gets offers with both ways in words', async () => {
    const session = match(1);
    const question = await session.question();
    expect(question).toMatchObject({
      interactionId: 'interaction_0',
      interactionType: 'LOCATION_INPUT',
      question: 'Where is your work located?',
      fieldName: 'work_location',
      context: { requiredFor: 'distance_calculation', reason: 'MISSING', attempt: 1 },
      options: null,
    });
    expect(await session.answer(question, POTSDAMER_PLATZ)).toMatchObject({ status: 'RECEIVED' });
    const { offers, processingDetails, success } = await session.results();
    expectWholeLog(session.events);
    expect(success).toBe(true);
    expect(offers).toHaveLength(10);
    const [match0] = offers[0]?.preferenceMatches.complexPreferences ?? [];
    expect(match0?.details).toMatch(/^home: [a-z ]+\(\d+min.*\); work: [a-z ]+\(\d+min.*\)$/);
    expect(match0?.processingMetadata.pipelineName).toBe('location_resolver->distance_calculator->location_scorer');
    expect(match0?.processingMetadata.executionTimesMs).toHaveLength(3);
    if (match0?.__typename !== 'LocationDistanceMatch') throw new Error('no location match');
    expect(match0.legs.map(({ location, source }) => [location, source])).toEqual([
      ['home', 'ESTIMATED'],
      ['work', 'ESTIMATED'],
    ]);
    expect(processingDetails).toMatchObject({ interactionsRequired: 1, complexTypesProcessed: ['location_distance'] });
    const answered = session.events.filter((event) => 'answeredInteractionId' in event && event.answeredInteractionId);
    expect(answered).toHaveLength(1);
  });

  test('parent 0002 is asked for work only: the grandparents live where their address says', async () => {
    const session = match(2);
    const events = await session.toEnd({ work_location: POTSDAMER_PLATZ });
    expectWholeLog(events);
    const questions = events.filter((event) => event.__typename === 'UserInteraction');
    expect(questions.map(({ fieldName }) => fieldName)).toEqual(['work_location']);
    const results = events.at(-1);
    if (results?.__typename !== 'MatchResults') throw new Error('no results');
    const [first] = results.offers[0]?.preferenceMatches.complexPreferences ?? [];
    if (first?.__typename !== 'LocationDistanceMatch') throw new Error('no location match');
    expect(first.legs.map(({ location, source }) => [location, source])).toEqual([
      ['home', 'STRAIGHT_LINE'],
      ['grandparents', 'STRAIGHT_LINE'],
      ['work', 'ESTIMATED'],
    ]);
  });

  test('parent 0003 is asked nothing', async () => {
    const events = await match(3).toEnd();
    expectWholeLog(events);
    expect(events.some((event) => event.__typename === 'UserInteraction')).toBe(false);
  });

  test.each(['option_1', 'option_2'])(
    'parent 0004 chooses between two places, here %s, and is asked nothing else',
    async (value) => {
      const session = match(4);
      const question = await session.question();
      expect(question).toMatchObject({ interactionType: 'CHOICE', context: { reason: 'AMBIGUOUS' } });
      expect(question.options?.map((option) => option.value)).toEqual(['option_1', 'option_2', 'none']);
      expect(await session.answer(question, { choice: { value } })).toMatchObject({ status: 'RECEIVED' });
      expectWholeLog(await session.toEnd());
      expect(session.events.filter((event) => event.__typename === 'UserInteraction')).toHaveLength(1);
    },
  );

  test('parent 0005 is offered the smallest loosening; a yes brings a center that meets every wish', async () => {
    const session = match(5);
    const question = await session.question();
    expect(question).toMatchObject({ interactionType: 'CONFIRMATION', context: { reason: 'NO_MATCH' } });
    expect(question.question).toMatch(/8 instead of 5 minutes on foot from home\? 1 center would meet/);
    await session.answer(question, { confirmation: { confirmed: true } });
    const { offers, processingDetails } = await session.results();
    const satisfied = offers.map(({ preferenceMatches: { simplePreferences, complexPreferences } }) =>
      [...simplePreferences, ...complexPreferences].every((one) => one.satisfied),
    );
    expect(satisfied).toEqual([true, ...Array.from({ length: 9 }, () => false)]);
    expect(processingDetails.warnings.map(({ code }) => code)).not.toContain('NOTHING_SATISFIES');
  });

  test('parent 0005, after a no, gets the best there are, unsatisfied, with a warning', async () => {
    const session = match(5);
    await session.answer(await session.question(), { confirmation: { confirmed: false } });
    const { offers, processingDetails } = await session.results();
    expectWholeLog(session.events);
    const complete = offers.filter(({ preferenceMatches: { simplePreferences, complexPreferences } }) =>
      [...simplePreferences, ...complexPreferences].every((one) => one.satisfied),
    );
    expect(complete).toEqual([]);
    expect(processingDetails.warnings).toContainEqual({
      code: 'NOTHING_SATISFIES',
      field: null,
      message: expect.stringContaining('8 instead of 5 minutes on foot from home'),
    });
  });

  test('parent 0006 has four kinds of wishes and is asked nothing', async () => {
    const session = match(6);
    const { offers } = await session.results();
    expectWholeLog(session.events);
    expect(session.events.some((event) => event.__typename === 'UserInteraction')).toBe(false);
    const best = offers[0]?.preferenceMatches;
    expect(best?.simplePreferences.map(({ type, satisfied }) => [type, satisfied])).toEqual([
      ['language', true],
      ['pedagogy', true],
    ]);
    expect(best?.complexPreferences.map(({ type, satisfied }) => [type, satisfied])).toEqual([
      ['location_distance', true],
      ['care_hours', true],
    ]);
    expect(best?.complexPreferences[1]).toMatchObject({ __typename: 'CareHoursMatch', uncoveredMinutes: 0 });
  });

  test('German questions, details and warnings come with locale DE', async () => {
    const session = match(1, { locale: 'DE', limit: 1 });
    const question = await session.question();
    expect(question.question).toBe('Wo liegt Ihre Arbeit?');
    await session.answer(question, POTSDAMER_PLATZ);
    const { offers, processingDetails } = await session.results();
    const details = offers[0]?.preferenceMatches.complexPreferences[0]?.details;
    expect(details).toMatch(/^Zuhause: .+\(\d+ Min\..*\); Arbeit: .+\(\d+ Min\..*\)$/);
    expect(processingDetails.warnings[0]?.message).toMatch(/geschätzt/);
  });

  test('full centers come when they are asked for, explanations do not when they are not', async () => {
    const plain = await match(3, { includeExplanations: false, limit: 2 }).results();
    expect(plain.offers.map(({ center }) => center)).toEqual([null, null]);
    const { simplePreferences, complexPreferences } = plain.offers[0]?.preferenceMatches ?? {};
    expect([...(simplePreferences ?? []), ...(complexPreferences ?? [])].map(({ details }) => details)).toEqual([
      null,
      null,
    ]);
    const full = await match(3, { includeFullCenters: true, limit: 2 }).results();
    expect(
      full.offers.map(({ center, centerId, centerName }) => [center?.id === centerId, center?.name === centerName]),
    ).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  test("another account's parent looks like one that does not exist", async () => {
    const [theirs] = await match(7).toEnd();
    const [nobody] = await match(9).toEnd();
    const bare = (event: EventOf<'Error'>): object => ({
      ...event,
      sessionId: null,
      timestamp: null,
      errorDetails: { ...event.errorDetails, parentId: null },
    });
    if (theirs?.__typename !== 'Error' || nobody?.__typename !== 'Error') throw new Error('expected errors');
    expect(theirs).toMatchObject({ errorCode: 'PARENT_NOT_FOUND', sequence: 0, fatal: true });
    expect(bare(theirs)).toEqual(bare(nobody));
  });
});
