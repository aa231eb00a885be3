import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type ErrorCode, ERROR_CODES } from '../../src/protocol.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';
import { PLACE } from './entries.ts';
import { type Answer, type Ask, bytesOf, exchange } from './raw-http.ts';

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'matching';
const CLAIMS = { iss: ISSUER, aud: AUDIENCE };

/** What nobody may be told: places in the code, libraries, tables, stacks, and what a wrong name is near to. */
const HINTS =
  /node_modules|file:\/\/|\/src\/|\.[jt]s\b|\.lua\b|[a-z]:\d+:\d+|\bstack\b|HPE_|ERR_|ECONN|FST_|fastify|yoga|graphql-sse|zod|jose|kysely|pglite|postgres|redis|\b(?:Type|Syntax|Range|Reference)Error|account_id|\bselect .+ from\b|\bfrom "?(?:parents|preferences|centers)\b|did you mean/iu;

/** Sent somewhere in most of what is sent, and never to be heard again. */
export const CANARY = 'kanarienweg-4711';

/** What neither an answer nor a log may have of what was sent: tokens begin with `eyJ`. */
const SECRETS = new RegExp(`${CANARY}|${SECRET}|eyJ[\\w-]+\\.`, 'iu');

/** A question in a stream of REST: its id and its type. */
const QUESTION = /"interaction_id":"(\w+)","interaction_type":"(\w+)"/gu;

interface SendOptions {
  /** Null for none. Default: that of demo. */
  readonly token?: string | null;
  /** Whether the server may be right to wait for more. */
  readonly mayBeUnfinished?: boolean;
}

/** What the end of an honest session says. */
export const RESULTS: unknown = expect.objectContaining({
  type: 'match_results',
  success: true,
  offers: expect.arrayContaining([expect.objectContaining({ score: expect.any(Number) })]),
});

/** A whole instance that asks for tokens, and all that was answered while it was attacked. */
export class HostileInstance implements AsyncDisposable {
  readonly app: TestApp;
  readonly port: number;
  /** By their accounts. */
  readonly tokens: Readonly<Record<'demo' | 'other', string>>;
  #unseen: Answer[] = [];
  #linesSeen = 0;

  private constructor(app: TestApp, tokens: HostileInstance['tokens']) {
    this.app = app;
    this.port = Number(new URL(app.url).port);
    this.tokens = tokens;
  }

  static async start(): Promise<HostileInstance> {
    const app = await startTestApp({
      AUTH_JWT_SECRET: SECRET,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      WRONG_ANSWERS_PER_QUESTION: '1000000',
      MAX_STREAMS_PER_ACCOUNT: '10000',
    });
    const [demo, other] = [await tokenOf('demo'), await tokenOf('other')];
    return new HostileInstance(app, { demo, other });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }

  /** Sends a request with a token. */
  async send(ask: Ask, { token = this.tokens.demo, mayBeUnfinished = false }: SendOptions = {}): Promise<Answer> {
    const headers = token === null ? ask.headers : [['Authorization', `Bearer ${token}`] as const, ...ask.headers];
    return this.sendBytes(bytesOf({ ...ask, headers }), mayBeUnfinished);
  }

  /** Sends these very bytes. */
  async sendBytes(bytes: Buffer | string, mayBeUnfinished = false): Promise<Answer> {
    const answer = await exchange(this.port, bytes, mayBeUnfinished);
    this.#unseen.push(answer);
    return answer;
  }

  /** Starts a session of demo, and resolves when it waits for an answer to `interaction_0`. */
  async waitingSession(): Promise<string> {
    const session_id = randomUUID();
    await this.#readTo('user_interaction', await this.#start(session_id));
    return session_id;
  }

  /** A session that has ended, of demo. */
  async endedSession(): Promise<string> {
    const id = await this.waitingSession();
    await this.send({ method: 'DELETE', path: `/api/streaming/sessions/${id}`, headers: [], body: '' });
    return id;
  }

  /** What an honest family does, from the start to its end. Resolves with its last message. */
  async honestSession(): Promise<unknown> {
    const text = await this.playOut(await this.waitingSession(), { address: PLACE });
    return JSON.parse(text.split('\ndata: ').at(-1) ?? '');
  }

  /** Reads a session of demo to its end, whatever it was; its first question gets this answer, all others are declined. */
  async playOut(session_id: string, response_data: object): Promise<string> {
    const answered = new Set<string>();
    return this.#readTo('(?:match_results|error)', await this.#events(session_id), async (text) => {
      for (const [, interaction_id = '', response_type] of text.matchAll(QUESTION)) {
        if (answered.has(interaction_id)) continue;
        answered.add(interaction_id);
        const answer = { response_type, response_data: answered.size === 1 ? response_data : { declined: true } };
        const receipt = await this.#post('interactions/respond', { session_id, interaction_id, ...answer });
        if (receipt.status !== 200) throw new Error(`the answer was refused: ${await receipt.text()}`);
      }
    });
  }

  /** Resolves with its stream so far when this session of demo waits for an answer. */
  async waitFor(sessionId: string): Promise<string> {
    return this.#readTo('user_interaction', await this.#events(sessionId));
  }

  /**
   * Throws, with all that was found, where an answer or a line of the log since the last time is a fault, or says what it
   * should not.
   */
  assertUnharmed(): void {
    const lines = this.app.log.lines.slice(this.#linesSeen);
    this.#linesSeen += lines.length;
    const harm = [
      ...this.#unseen.flatMap(harmIn),
      ...lines.filter(({ level }) => level === 'error' || level === 'warn').map((line) => JSON.stringify(line)),
      ...foundIn(JSON.stringify(lines), SECRETS),
      ...(Reflect.get({}, 'polluted') === undefined ? [] : ['every object has what somebody sent']),
    ];
    this.#unseen = [];
    if (harm.length > 0) throw new Error(`harm was done:\n${harm.join('\n')}`);
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.tokens.demo}`, 'content-type': 'application/json' };
  }

  async #post(path: string, body: object): Promise<Response> {
    const options = { method: 'POST', headers: this.#headers(), body: JSON.stringify(body) };
    return fetch(`${this.app.url}/api/streaming/${path}`, options);
  }

  async #start(session_id: string): Promise<Response> {
    return this.#post('matches/interactive', { parent_id: demoParent(1), session_id });
  }

  async #events(sessionId: string): Promise<Response> {
    return fetch(`${this.app.url}/api/streaming/sessions/${sessionId}/events`, { headers: this.#headers() });
  }

  async #readTo(type: string, { body }: Response, heard: (text: string) => unknown = () => {}): Promise<string> {
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!new RegExp(`"type":"${type}".*\\n`, 'u').test(text)) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error(`the stream ended without a ${type}: ${text}`);
      text += value;
      await heard(text);
    }
    await reader?.cancel();
    return text;
  }
}

/** A token of this account, with claims of another kind where some are given. */
export async function tokenOf(sub: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return secretToken({ sub, ...CLAIMS, ...claims });
}

/** What is wrong with an answer, whatever was asked. */
function harmIn({ status, headers, body, raw }: Answer): readonly string[] {
  // Of the headers none is one that was sent.
  const isSplit = headers.has('x-evil') || headers.has('set-cookie');
  const isFault = status >= 500;
  return [
    ...(isSplit || isFault ? [raw.slice(0, 2000)] : []),
    ...foundIn(withoutIds(body), HINTS),
    ...foundIn(withoutIds(raw), SECRETS),
  ];
}

/** What was found, if anything, with a little of what stands around it. */
function foundIn(text: string, pattern: RegExp): readonly string[] {
  const at = text.search(pattern);
  return at === -1 ? [] : [text.slice(Math.max(0, at - 100), at + 200)];
}

/**
 * Without the ids of the session and the question, which an error says back as they were named, and without tickets, whose
 * random letters may be any word.
 */
export function withoutIds(text: string): string {
  return text.replaceAll(/"(session_?id|interaction_?id|ticket)":"(?:[^"\\]|\\.)*"/giu, '"$1":"ID"');
}

/** An answer in a word: its status, and the code of the error that it says, or `ok`. */
export function outcomeOf({ status, body }: Answer): string {
  const said = /"(?:error_code|errorCode|code)":"([a-z_]+)"/iu.exec(body)?.[1]?.toLowerCase();
  return `${status} ${isCode(said) ? said : 'ok'}`;
}

function isCode(said: string | undefined): said is ErrorCode {
  return ERROR_CODES.some((code) => code === said);
}
