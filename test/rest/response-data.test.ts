import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { Answer, InteractionType, UserInteraction } from '../../src/protocol.ts';
import { inRestWords, responseOf } from '../../src/rest/response-data.ts';
import { parseAnswer } from '../../src/session/answer-input.ts';
import { sampleQuestion } from '../support/sample-events.ts';

function questionOf(interactionType: InteractionType): UserInteraction {
  const options = [{ value: 'option_1', label: 'First Option' }];
  return { ...sampleQuestion(), interactionType, options: interactionType === 'choice' ? options : null };
}

/** What an answer of REST parses to, or the issues that REST is told. */
function answered(type: InteractionType, json: string, responseType = type): Answer | readonly string[] {
  try {
    const data = JSON.parse(json) as Readonly<Record<string, unknown>>;
    return parseAnswer(questionOf(type), responseOf(data), responseType);
  } catch (error) {
    const failure = inRestWords(error, responseType);
    if (!(failure instanceof SessionFailure) || failure.code !== 'invalid_response') throw error;
    return failure.details.issues.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('response_data is taken', () => {
  const here = { kind: 'coordinates', latitude: 52.5, longitude: 13.3 };
  test.each<[InteractionType, string, unknown]>([
    ['location_input', '{"address":"Am Park 1","source":"user_address"}', { kind: 'address', address: 'Am Park 1' }],
    ['location_input', '{"latitude":52.5,"longitude":13.3,"source":7}', here],
    ['location_input', '{"address":null,"latitude":52.5,"longitude":13.3,"declined":false}', here],
    ['confirmation', '{"confirmed":false}', { kind: 'confirmation', confirmed: false }],
    ['choice', '{"selected_option":{"value":"option_1","label":"x"}}', { kind: 'choice', value: 'option_1' }],
    ['location_input', '{"declined":true,"source":"user_address"}', { kind: 'declined' }],
    ['confirmation', '{"declined":true}', { kind: 'declined' }],
    ['choice', '{"declined":true,"selected_option":null}', { kind: 'declined' }],
  ])('for a %s: %s', (type, json, answer) => {
    expect(answered(type, json)).toEqual(answer);
  });
});

describe('response_data is refused, in the words of REST alone', () => {
  const place = 'response_data must hold address, or latitude and longitude, or declined, and nothing else but source';
  const yes = 'response_data must hold confirmed, or declined, and nothing else';
  const option = 'response_data must hold selected_option (its value and label), or declined, and nothing else';
  const text = 'response_data.address must be a text of 1 to 256 characters';
  const latitude = 'response_data.latitude must be a number from -90 to 90 (degrees)';
  const longitude = 'response_data.longitude must be a number from -180 to 180 (degrees)';
  const value = 'response_data.selected_option.value must be the value of one of the options of the question';
  test.each<[InteractionType, string, string[]]>([
    ['location_input', '{}', [place]],
    ['location_input', '{"declined":false}', [place]],
    ['location_input', '{"source":"user_address"}', [place]],
    ['location_input', '{"address":"Am Park 1","latitude":52,"longitude":13}', [place]],
    ['location_input', '{"address":"Am Park 1","declined":true}', [place]],
    ['location_input', '{"address":"Am Park 1","confirmed":true}', [place]],
    ['location_input', '{"confirmed":true}', [place]],
    ['location_input', '{"adress":"Am Park 1"}', [place]],
    ['location_input', '{"address":"Am Park 1","__proto__":{}}', [place]],
    ['location_input', '{"location":{"address":"Am Park 1"}}', [place]],
    ['confirmation', '{"decline":true}', [yes]],
    ['location_input', '{"address":5}', [text]],
    ['location_input', '{"address":" \\n "}', [text]],
    ['location_input', '{"latitude":91,"longitude":"13"}', [latitude, longitude]],
    ['location_input', '{"latitude":52}', [longitude]],
    ['location_input', '{"declined":"yes"}', ['response_data.declined must be true, or be left out']],
    ['confirmation', '{"confirmed":"yes"}', ['response_data.confirmed must be true or false']],
    ['confirmation', '{"address":"Am Park 1"}', [yes]],
    ['choice', '{"selected_option":{"value":"option_9"}}', [value]],
    ['choice', '{"selected_option":"option_1"}', [value]],
    ['choice', '{"selected_option":{"value":"option_1","label":"x","id":1}}', [option]],
    ['choice', '{"confirmed":true}', [option]],
  ])('for a %s: %s', (type, json, issues) => {
    expect(answered(type, json)).toEqual(issues);
  });

  test.each(['{"confirmed":true}', '{"declined":true}'])('where response_type is another: %s', (json) => {
    expect(answered('confirmation', json, 'choice')).toEqual([
      'response_type must be the type of the question, confirmation',
    ]);
  });
});

test('a failure that is about something else stays as it is', () => {
  const failure = new SessionFailure('session_cancelled');
  expect(inRestWords(failure, 'choice')).toBe(failure);
});
