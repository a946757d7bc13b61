import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './openapi.generated.d.ts';
import { ApiProblem, bodyOfFailure, problemOf } from './problem.ts';
import { readReason } from './reason.ts';

/** Tells the server that a page of ours sent the request, which a foreign site cannot do. */
export const csrfHeader = { 'X-Candor-Csrf': '1' };

/** Why staff looks, as far as it was said. */
function reasonHeader(): Record<string, string> {
  const reason = readReason();
  return reason === '' ? {} : { 'X-Candor-Reason': encodeURIComponent(reason) };
}

const ownHeader: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-Candor-Csrf', '1');
    for (const [name, value] of Object.entries(reasonHeader())) request.headers.set(name, value);
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

async function settle<A extends Answer<unknown>>(call: Promise<A>): Promise<A> {
  const answer = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, { title: error instanceof Error ? error.message : undefined });
  });
  if (!answer.response.ok) throw problemOf(answer.response.status, answer.error);
  return answer;
}

type BodyOf<A extends Answer<unknown>> = Exclude<A['data'], undefined>;
/** An answer without a body would be reported as a failure, although the request succeeded. */
type WithBody<A extends Answer<unknown>> = [BodyOf<A>] extends [never]
  ? 'it has no body: use done()'
  : unknown;

/** The body of a successful answer; throws an `ApiProblem` otherwise. */
export async function unwrap<A extends Answer<unknown>>(call: Promise<A> & WithBody<A>): Promise<BodyOf<A>> {
  const { data, response } = await settle(call);
  if (data === undefined) throw new ApiProblem(response.status, { code: 'console.empty_answer' });
  // Guarantee: undefined was refused above.
  return data as BodyOf<A>;
}

/** For answers without a body. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settle(call);
}

/** A file as text, from an address beside a list. */
export async function fetchText(url: string): Promise<string> {
  const call = async () => {
    const response = await fetch(url, { headers: reasonHeader(), credentials: 'same-origin' });
    if (response.ok) return { data: await response.text(), response };
    return { error: await bodyOfFailure(response), response };
  };
  return unwrap(call());
}
