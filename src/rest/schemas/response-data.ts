import { z } from 'zod';

const source = z
  .string()
  .exactOptional()
  .describe('Where the answer is from, such as `user_address`. It changes nothing.');

const addressResponse = z
  .strictObject({
    address: z.string().min(1).describe('As one would write it on a letter, on one line; 1 to 256 characters.'),
    source,
  })
  .meta({ id: 'AddressResponse', description: 'Answers a location_input by an address.' });

const coordinatesResponse = z
  .strictObject({
    latitude: z.number().min(-90).max(90).describe('Degrees, -90 to 90.'),
    longitude: z.number().min(-180).max(180).describe('Degrees, -180 to 180.'),
    source,
  })
  .meta({
    id: 'CoordinatesResponse',
    description: 'Answers a location_input by a point on earth, WGS84, for a person who shares their position.',
  });

const confirmationResponse = z
  .strictObject({ confirmed: z.boolean().describe('Yes or no.') })
  .meta({ id: 'ConfirmationResponse', description: 'Answers a confirmation.' });

const selectedOption = z
  .strictObject({
    value: z.string().describe("The `value` of one of the question's options."),
    label: z.string().exactOptional().describe('The `label` of that option. It changes nothing.'),
  })
  .meta({ id: 'SelectedOption', description: 'An option of a question.' });

const choiceResponse = z
  .strictObject({ selectedOption: selectedOption.describe('The option that is meant.') })
  .meta({ id: 'ChoiceResponse', description: 'Answers a choice.' });

const declineResponse = z
  .strictObject({
    declined: z
      .literal(true)
      .describe(
        'Only true is valid: the person would rather not say. The run goes on as for a place that was not found, with a warning.',
      ),
  })
  .meta({ id: 'DeclineResponse', description: 'Declines a question of any kind.' });

/** What `response_data` may be. It describes what the session layer checks once it knows the question. */
export const responseData = z
  .xor([addressResponse, coordinatesResponse, confirmationResponse, choiceResponse, declineResponse])
  .describe('Exactly one of these: the one that the interactionType asks for, or a decline.');
