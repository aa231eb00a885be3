import { connect } from 'node:net';

/** A request as it is to be sent. Nothing of it is checked or tidied up. */
export interface Ask {
  readonly method: string;
  /** As it stands in the first line, characters beyond Latin-1 lost. */
  readonly path: string;
  /** In their order; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

/** What came back, of a stream as much as was read before it was left. */
export interface Answer {
  /** 0 where the connection was closed without one. */
  readonly status: number;
  /** By names in lower case; of two of one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** Without the framing of chunks. */
  readonly body: string;
  /** How many answers came on the connection. */
  readonly answers: number;
  /** All that came, in Latin-1. */
  readonly raw: string;
}

/** Far more than anything takes that is answered: what takes longer hangs. */
const HANGS_AFTER_MS = 15_000;
/** Silence after which a sender that may owe the rest of its request says that there is none. */
const SILENCE_MS = 150;

/** The bytes of a request. Its length is said, and the connection is closed after it, unless its headers say otherwise. */
export function bytesOf({ method, path, headers, body }: Ask): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const bytes = Buffer.from(body);
  const added: (readonly [string, string])[] = [
    ...(names.has('host') ? [] : [['Host', 'localhost'] as const]),
    ...(names.has('connection') ? [] : [['Connection', 'close'] as const]),
    ...(bytes.length === 0 || names.has('content-length') || names.has('transfer-encoding')
      ? []
      : [['Content-Length', String(bytes.length)] as const]),
  ];
  const lines = [...added, ...headers].map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1'), bytes]);
}

/**
 * Sends these very bytes and reads to the connection's end, of a stream to its first message. Rejects where neither comes.
 *
 * @param mayBeUnfinished whether the server may be right to wait for more: it is then told that nothing more comes
 */
export async function exchange(port: number, bytes: Buffer | string, mayBeUnfinished = false): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  const hanging = setTimeout(() => reject(new Error(`no answer: ${JSON.stringify(text())}`)), HANGS_AFTER_MS);
  if (mayBeUnfinished) socket.setTimeout(SILENCE_MS, () => socket.end());
  // Whoever is refused may be cut while they still send: what was answered before that counts.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (hasMessage(text())) socket.destroy();
  });
  socket.on('close', () => {
    clearTimeout(hanging);
    resolve(answerIn(text()));
  });
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return promise.finally(() => socket.destroy());
}

/** Whether a stream's first message has come whole. */
function hasMessage(text: string): boolean {
  const start = text.indexOf('\r\n\r\n');
  return /^content-type: text\/event-stream/imu.test(text.slice(0, start)) && /^data: .+\n/mu.test(text.slice(start));
}

function answerIn(raw: string): Answer {
  const start = raw.indexOf('\r\n\r\n');
  const [first = '', ...lines] = raw.slice(0, Math.max(start, 0)).split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = start === -1 ? '' : raw.slice(start + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? withoutChunks(rest) : rest;
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /u.exec(first)?.[1] ?? 0),
    headers,
    body: Buffer.from(body, 'latin1').toString('utf8'),
    answers: raw.match(/HTTP\/1\.1 \d{3} /gu)?.length ?? 0,
    raw,
  };
}

/** The chunks that came; of the last one as much as came. */
function withoutChunks(text: string): string {
  const size = /^([\da-f]+)\r\n/iu.exec(text);
  if (size === null) return '';
  const [line, digits = '0'] = size;
  const length = Number.parseInt(digits, 16);
  if (length === 0) return '';
  const from = line.length;
  return text.slice(from, from + length) + withoutChunks(text.slice(from + length + 2));
}
