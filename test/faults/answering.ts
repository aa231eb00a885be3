import { setTimeout as delay } from 'node:timers/promises';
import { codeIn, Silent } from './event-stream.ts';
import type { AnswerLabel } from './journal-entry.ts';
import type { ClientWorld } from './log-reader.ts';
import { ANSWERS } from './scenarios.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface AnswerPlan {
  readonly session: string;
  readonly interactionId: string;
  readonly label: AnswerLabel;
  /** Who sends it. */
  readonly name: string;
  readonly random: SeededRandom;
  /** An instance that it is not sent to. */
  readonly except?: string;
}

const MUTATION = `mutation ($input: RespondToInteractionInput!) {
  respondToInteraction(input: $input) {
    __typename
    ... on InteractionReceipt { status }
    ... on Error { errorCode }
  }
}`;

const PATIENCE_MS = 4000;
const LONGEST_PAUSE_MS = 500;

/** Sends one answer until it is settled, each time through any instance; gives what it came to, null when told to stop. */
export async function answerUntilSettled(world: ClientWorld, plan: AnswerPlan): Promise<string | null> {
  const { session, interactionId, label, name, random, except } = plan;
  const by = `${session}/${name}`;
  while (!world.signal.aborted) {
    const to = world.anyInstance(random, except);
    world.write(by, { kind: 'answer_sent', session, interactionId, label, to });
    const outcome = await send(world, plan, to).catch(() => null);
    if (outcome !== null && outcome !== 'UNAVAILABLE') {
      world.write(by, { kind: 'answer_settled', session, interactionId, label, outcome });
      return outcome;
    }
    await delay(random.integer(20, LONGEST_PAUSE_MS));
  }
  return null;
}

async function send(world: ClientWorld, { session, interactionId, label }: AnswerPlan, to: string): Promise<string> {
  const tooLate = new AbortController();
  const timer = world.clock.after(PATIENCE_MS, () => tooLate.abort(new Silent()));
  const input = { sessionId: session, interactionId, response: ANSWERS[label] };
  try {
    const response = await fetch(`${to}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: MUTATION, variables: { input } }),
      signal: tooLate.signal,
    });
    return outcomeIn(await response.text(), response.status);
  } finally {
    timer.cancel();
  }
}

function outcomeIn(text: string, status: number): string {
  const { data } = JSON.parse(text) as {
    readonly data?: {
      readonly respondToInteraction?: { readonly status?: string; readonly errorCode?: string } | null;
    } | null;
  };
  const { status: outcome, errorCode } = data?.respondToInteraction ?? {};
  return outcome ?? errorCode ?? codeIn(text, status);
}
