import type { Dispatcher } from 'undici';
import type { AnswerForm, UpstreamRequest } from './protocols/passages.ts';
import type { RequestFacts } from './read-request.ts';
import type { Route } from './upstream-directory.ts';
import {
  connectionFailure,
  retryAfterOf,
  shapeFailure,
  statusFailure,
  type UpstreamFailure,
} from './upstream-failure.ts';

export interface AttemptLimits {
  /** Until the first byte: minutes, because reasoning models think before they speak. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the answer. */
  readonly idleTimeoutMs: number;
  /** After the last piece that counts: for a report of usage, and for the upstream to end on its own. */
  readonly lateUsageMs: number;
}

export interface AttemptEvents {
  /** A piece of a good answer in the form that was asked for. */
  readonly onData: (chunk: Buffer) => void;
  readonly onEnd: () => void;
  /** Called at most once, and nothing after it. */
  readonly onFailure: (failure: UpstreamFailure) => void;
}

/** One request on its way to one upstream. */
export interface Attempt {
  pause(): void;
  resume(): void;
  /** Breaks it off; no event follows. */
  abort(): void;
  /** Nothing that may follow counts. No event follows; a connection that ends soon is kept for the next request. */
  leave(): void;
  /** Tells how a good status turned out once the whole answer is known. */
  judge(failure: UpstreamFailure | null): void;
}

export interface AttemptInput {
  readonly route: Route;
  readonly facts: RequestFacts;
  readonly request: UpstreamRequest;
  readonly limits: AttemptLimits;
  readonly nowMs: () => number;
}

const maxErrorBytes = 64 * 1024;

/** Sends the request and reports what comes back, with the upstream's health kept on the way. */
export function attempt(input: AttemptInput, events: AttemptEvents): Attempt {
  const { upstream, upstreamModel } = input.route;
  const names = { upstreamModel, secrets: upstream.secrets, modelId: input.facts.modelId };
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;
  let status = 0;
  let errorBody: Buffer[] | null = null;
  let errorBytes = 0;
  let retryAfterSeconds: number | undefined;
  let late: NodeJS.Timeout | null = null;

  function end(): boolean {
    if (isOver) return false;
    isOver = true;
    upstream.health.ended();
    return true;
  }
  function fail(failure: UpstreamFailure): void {
    if (!end()) return;
    judge(failure);
    controller?.abort(new Error('the answer is of no use'));
    events.onFailure(failure);
  }
  function failByStatus(body: readonly Buffer[]): void {
    const bytes = Buffer.concat(body).subarray(0, maxErrorBytes);
    fail(statusFailure(status, bytes, names, retryAfterSeconds));
  }
  function judge(failure: UpstreamFailure | null): void {
    const nowMs = input.nowMs();
    if (failure === null) upstream.health.succeeded(upstreamModel, nowMs);
    else if (failure.health !== null)
      upstream.health.failed(upstreamModel, nowMs, {
        reason: failure.health,
        upstreamCode: failure.upstreamCode ?? null,
      });
  }

  upstream.health.started();
  upstream.pool.dispatch(dispatchOptions(input), {
    onRequestStart(started) {
      controller = started;
      if (isOver) started.abort(new Error('nobody waits any more'));
    },
    onResponseStart(_controller, statusCode, headers) {
      if (statusCode < 200 || isOver) return;
      status = statusCode;
      retryAfterSeconds = retryAfterOf(firstOf(headers['retry-after']), input.nowMs());
      if (statusCode >= 300) errorBody = [];
      else if (!hasExpectedForm(statusCode, headers, input.request.answers)) fail(shapeFailure());
    },
    onResponseData(_controller, chunk) {
      if (isOver) return;
      if (errorBody === null) {
        events.onData(chunk);
        return;
      }
      errorBytes += chunk.length;
      errorBody.push(chunk);
      if (errorBytes > maxErrorBytes) failByStatus(errorBody);
    },
    onResponseEnd() {
      if (late !== null) clearTimeout(late);
      if (isOver) return;
      if (errorBody !== null) failByStatus(errorBody);
      else if (end()) events.onEnd();
    },
    onResponseError(_controller, error) {
      fail(connectionFailure(error));
    },
  });

  return {
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    abort() {
      if (end()) controller?.abort(new Error('nobody waits any more'));
    },
    leave() {
      if (!end()) return;
      const giveUp = () => controller?.abort(new Error('the answer is over'));
      late = setTimeout(giveUp, input.limits.lateUsageMs).unref();
      controller?.resume();
    },
    judge,
  };
}

function dispatchOptions({ route, request, limits }: AttemptInput): Dispatcher.DispatchOptions {
  const { upstream } = route;
  return {
    method: 'POST',
    path: `${upstream.pathPrefix}/${request.path}`,
    headers: {
      'content-type': 'application/json',
      accept: forms[request.answers].accept,
      'accept-encoding': 'identity',
      ...request.headers,
    },
    body: request.body,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.idleTimeoutMs,
  };
}

/** An answer of the kind that was asked for, and readable: a server that compresses was asked not to. */
function hasExpectedForm(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  answers: AnswerForm,
): boolean {
  const type = firstOf(headers['content-type']).toLowerCase();
  const encoding = firstOf(headers['content-encoding']).toLowerCase();
  return status === 200 && forms[answers].isType(type) && (encoding === '' || encoding === 'identity');
}

const forms: Readonly<
  Record<AnswerForm, { readonly accept: string; readonly isType: (type: string) => boolean }>
> = {
  json: { accept: 'application/json', isType: (type) => type.startsWith('application/json') },
  events: { accept: 'text/event-stream', isType: (type) => type.startsWith('text/event-stream') },
  // Servers call sound by many names, or by none; its first bytes say what it is.
  sound: {
    accept: 'audio/*',
    isType: (type) => /^(audio\/|application\/octet-stream|binary\/|$)/.test(type),
  },
};

function firstOf(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}
