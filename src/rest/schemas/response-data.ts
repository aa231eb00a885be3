import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import { component } from './described.ts';

const source = z
  .string()
  .exactOptional()
  .describe('Where the answer is from, such as `user_address`. It changes nothing.');

const addressResponse = component(
  'AddressResponse',
  { description: 'Answers a LOCATION_INPUT by an address.', ...DESCRIPTIONS.LocationResponse },
  { address: z.string().min(1), source },
);

const coordinatesResponse = component(
  'CoordinatesResponse',
  {
    description: 'Answers a LOCATION_INPUT by a point on earth, WGS84, for a person who shares their position.',
    ...DESCRIPTIONS.CoordinatesInput,
  },
  { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), source },
);

const confirmationResponse = component('ConfirmationResponse', DESCRIPTIONS.ConfirmationResponse, {
  confirmed: z.boolean(),
});

const { description, fields: said } = DESCRIPTIONS.ChoiceResponse;

const selectedOption = component(
  'SelectedOption',
  { description: 'An option of a question.', fields: { value: said.value } },
  {
    value: z.string(),
    label: z.string().exactOptional().describe('The `label` of that option. It changes nothing.'),
  },
);

const choiceResponse = component(
  'ChoiceResponse',
  { description, fields: { selectedOption: 'The option that is meant.' } },
  { selectedOption },
);

const declineResponse = component(
  'DeclineResponse',
  {
    description: 'Declines a question of any kind.',
    fields: { declined: DESCRIPTIONS.InteractionResponse.fields.decline },
  },
  { declined: z.literal(true) },
);

/** What `response_data` may be. It describes what the session layer checks once it knows the question. */
export const responseData = z
  .xor([addressResponse, coordinatesResponse, confirmationResponse, choiceResponse, declineResponse])
  .describe('Exactly one of these: the one that the interactionType asks for, or a decline.');
