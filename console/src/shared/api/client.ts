import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './openapi.generated.d.ts';
import { ApiProblem, problemOf } from './problem.ts';
import { readReason } from './reason.ts';

/** Tells the server that a page of ours sent the request, which a foreign site cannot do. */
export const csrfHeader = { 'X-Candor-Csrf': '1' };

const ownHeader: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-Candor-Csrf', '1');
    const reason = readReason();
    if (reason !== '') request.headers.set('X-Candor-Reason', encodeURIComponent(reason));
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(ownHeader);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

async function settle<Data>(call: Promise<Answer<Data>>): Promise<Answer<Data>> {
  const answer = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, { title: error instanceof Error ? error.message : undefined });
  });
  if (!answer.response.ok) throw problemOf(answer.response.status, answer.error);
  return answer;
}

/** The body of a successful answer; throws an `ApiProblem` otherwise. */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, response } = await settle(call);
  if (data === undefined) throw new ApiProblem(response.status, { code: 'console.empty_answer' });
  return data;
}

/** For answers without a body. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settle(call);
}
