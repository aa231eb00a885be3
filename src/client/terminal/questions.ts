import type { UserInteractionMessage } from '../../rest-protocol.ts';
import type { HandlerContext, ResponseData } from '../client-options.ts';
import type { Display } from './display.ts';
import type { AskLine } from './prompt.ts';
import { shown } from '../shown-text.ts';
import { TERMINAL_TEXTS, type TerminalTexts } from './terminal-texts.ts';

/** A question as it is put to a person. */
interface Dialogue {
  readonly ask: AskLine;
  readonly display: Display;
  readonly context: HandlerContext;
}

const DECLINED: ResponseData = { declined: true };

/** Degrees with a point, a comma or a space between: `52.5096, 13.3765`. */
const COORDINATES = /^(?<latitude>-?\d{1,2}(?:\.\d+)?)(?:\s*,\s*|\s+)(?<longitude>-?\d{1,3}(?:\.\d+)?)$/u;

const YES = /^(?:y|yes|j|ja)$/iu;
const NO = /^(?:n|no|nein)$/iu;

/** Asks for a place: an address, or coordinates where the line is two numbers. */
export async function askLocation(message: UserInteractionMessage, dialogue: Dialogue): Promise<ResponseData> {
  const texts = putQuestion(message, dialogue);
  const typed = await dialogue.ask(`${texts.address}: `);
  if (typed === '') return decline(dialogue, texts);
  const { latitude, longitude } = COORDINATES.exec(typed)?.groups ?? {};
  if (latitude === undefined || longitude === undefined) return { address: typed, source: 'user_address' };
  return { latitude: Number(latitude), longitude: Number(longitude), source: 'user_coordinates' };
}

/** Asks for yes or no, in English or German, until it is either. */
export async function askConfirmation(message: UserInteractionMessage, dialogue: Dialogue): Promise<ResponseData> {
  const texts = putQuestion(message, dialogue);
  for (;;) {
    const typed = await dialogue.ask(`${texts.confirm}: `);
    if (typed === '') return decline(dialogue, texts);
    if (YES.test(typed)) return { confirmed: true };
    if (NO.test(typed)) return { confirmed: false };
    dialogue.display.line(texts.notConfirmed);
  }
}

/** Asks for the number of an option until there is one. */
export async function askChoice(message: UserInteractionMessage, dialogue: Dialogue): Promise<ResponseData> {
  const texts = putQuestion(message, dialogue);
  const options = message.options ?? [];
  for (const [index, { label }] of options.entries()) dialogue.display.line(`  ${index + 1}. ${shown(label)}`);
  for (;;) {
    const typed = await dialogue.ask(`${texts.choice(options.length)}: `);
    if (typed === '') return decline(dialogue, texts);
    const chosen = /^\d+$/u.test(typed) ? options[Number(typed) - 1] : undefined;
    if (chosen) return { selected_option: { value: chosen.value, label: chosen.label } };
    dialogue.display.line(texts.notChosen(options.length));
  }
}

/** Says why it is asked again, and what is asked. */
function putQuestion({ question }: UserInteractionMessage, { display, context }: Dialogue): TerminalTexts {
  const texts = TERMINAL_TEXTS[context.locale];
  const reasons = context.issues.map(({ message }) => shown(message)).join('; ');
  if (reasons !== '') display.line(texts.misfit(reasons));
  display.line(shown(question));
  return texts;
}

function decline({ display }: Dialogue, texts: TerminalTexts): ResponseData {
  display.line(texts.declined);
  return { ...DECLINED };
}
