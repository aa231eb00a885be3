import type { RequestOptions } from 'node:http';
import { checkAnswer } from '../support/openapi-check.ts';
import { rawRequest } from '../support/raw-request.ts';

/** A request to an operation of REST. Rejects with NotAsDescribed where openapi.json does not have its answer. */
export async function describedRequest(
  port: number,
  options: RequestOptions & { readonly path: string },
  body?: string,
): ReturnType<typeof rawRequest> {
  const answer = await rawRequest(port, options, body);
  const { method = 'GET', path } = options;
  const contentType = answer.headers['content-type'] ?? null;
  const isJson = contentType?.startsWith('application/json') ?? false;
  checkAnswer(
    { method, path: path.replace(/\?.*$/u, '') },
    { status: answer.status, contentType, body: isJson ? JSON.parse(answer.body) : null },
  );
  return answer;
}
