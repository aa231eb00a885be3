import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request over Node's own client, which sends any header and any kind of body: a list of chunks is sent chunked. */
export function rawRequest(
  port: number,
  options: RequestOptions,
  body?: string | readonly string[],
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request({ host: '127.0.0.1', port, agent: false, ...options }, (res) => {
    const chunks: Buffer[] = [];
    res.on('data', (chunk: Buffer) => chunks.push(chunk));
    res.on('error', reject);
    res.on('end', () =>
      resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }),
    );
  });
  sent.on('error', reject);
  for (const chunk of typeof body === 'string' ? [body] : (body ?? [])) sent.write(chunk);
  sent.end();
  return promise;
}
