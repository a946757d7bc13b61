import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JsonBounds, MalformedJson, readMembersInSlices } from '../../../../kernel/json-members.ts';
import { bodyTooLarge, invalidRequest, type OpenAiError } from './openai-errors.ts';

const bodyLimitBytes = 1024 * 1024;
/** A context of this model holds a few thousand tokens, a batch of embeddings some more. */
const bodyBounds: JsonBounds = { members: 64, items: 50_000, depth: 64 };

export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Refusing a body must not close the connection on which the refusal has yet to go out.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  try {
    await readMembersInSlices(bytes, bodyBounds);
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw invalidRequest(
      error instanceof MalformedJson ? error.message : 'The request body is not valid JSON.',
    );
  }
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

/** Answers with the error, or tells it as an event when the answer has begun already. */
export function sendError(response: ServerResponse, error: OpenAiError): void {
  if (response.headersSent) {
    writeEvent(response, error.body);
    response.end();
    return;
  }
  if (error.status === 503) response.setHeader('retry-after', '1');
  // The rest of a refused body is not worth reading.
  if (error.status === 413) response.setHeader('connection', 'close');
  sendJson(response, error.status, error.body);
}

export function openEventStream(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
}

export function writeEvent(response: ServerResponse, event: object): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}
