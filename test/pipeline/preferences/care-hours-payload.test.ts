import { describe, expect, it } from 'vitest';
import { careHoursPayload } from '../../../src/pipeline/preferences/care-hours/care-hours-payload.ts';

const WHOLE = { days: ['mo', 'fr'], from: '06:30', to: '18:00' };

function messages(payload: unknown): string[] {
  const parsed = careHoursPayload.safeParse(payload);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the payload of care_hours', () => {
  it('is taken as it stands in the documentation', () => {
    expect(careHoursPayload.parse(WHOLE)).toEqual(WHOLE);
  });

  it('names each day once, in the order of the week', () => {
    expect(careHoursPayload.parse({ ...WHOLE, days: ['su', 'fr', 'mo', 'fr'] }).days).toEqual(['mo', 'fr', 'su']);
  });

  it('may last until midnight, and begin at it', () => {
    expect(messages({ ...WHOLE, from: '00:00', to: '24:00' })).toEqual([]);
  });

  it.each([
    [{ ...WHOLE, days: [] }, 'days: days must name at least one day'],
    [{ ...WHOLE, days: ['mo', 'monday'] }, 'days.1: each day is one of mo, tu, we, th, fr, sa, su'],
    [{ ...WHOLE, days: 'mo' }, 'days: days is needed: a list such as ["mo", "fr"]'],
    [{ ...WHOLE, from: undefined }, 'from: from is needed: a time such as "06:30"'],
    [{ ...WHOLE, from: '6:30' }, 'from: from must be a time from 00:00 to 23:59, such as "06:30"'],
    [{ ...WHOLE, from: '24:00' }, 'from: from must be a time from 00:00 to 23:59, such as "06:30"'],
    [{ ...WHOLE, to: 18 }, 'to: to is needed: a time such as "18:00"'],
    [{ ...WHOLE, to: '24:01' }, 'to: to must be a time from 00:00 to 24:00, such as "18:00"'],
    [{ ...WHOLE, to: '18:60' }, 'to: to must be a time from 00:00 to 24:00, such as "18:00"'],
    [{ ...WHOLE, to: 'late' }, 'to: to must be a time from 00:00 to 24:00, such as "18:00"'],
    [{ ...WHOLE, to: '06:30' }, 'to: to must be later than from, on the same day'],
    [{ ...WHOLE, from: '20:00', to: '06:00' }, 'to: to must be later than from, on the same day'],
  ])('says what is wrong with %o', (payload, message) => {
    expect(messages(payload)).toContain(message);
  });

  it('says nothing of the order of times that cannot be read', () => {
    expect(messages({ ...WHOLE, to: 'late' })).toHaveLength(1);
  });
});
