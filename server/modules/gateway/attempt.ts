import type { Dispatcher } from 'undici';
import type { RequestFacts } from './read-request.ts';
import type { Route, Upstream } from './upstream-directory.ts';
import { connectionFailure, shapeFailure, statusFailure, type UpstreamFailure } from './upstream-failure.ts';
import { afterEnd, afterFailure, afterStart, afterSuccess } from './upstream-health.ts';

export interface AttemptLimits {
  /** Until the first byte: minutes, because reasoning models think before they speak. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the answer. */
  readonly idleTimeoutMs: number;
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
  /** Tells how a good status turned out once the whole answer is known. */
  judge(failure: UpstreamFailure | null): void;
}

export interface AttemptInput {
  readonly route: Route;
  readonly facts: RequestFacts;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: AttemptLimits;
  readonly nowMs: () => number;
}

const maxErrorBytes = 64 * 1024;

/** Sends the request and reports what comes back, with the upstream's health kept on the way. */
export function attempt(input: AttemptInput, events: AttemptEvents): Attempt {
  const { upstream } = input.route;
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;
  let status = 0;
  let errorBody: Buffer[] | null = null;
  let errorBytes = 0;

  function end(): boolean {
    if (isOver) return false;
    isOver = true;
    upstream.health = afterEnd(upstream.health);
    return true;
  }
  function fail(failure: UpstreamFailure): void {
    if (!end()) return;
    judge(failure);
    controller?.abort(new Error('the answer is of no use'));
    events.onFailure(failure);
  }
  function judge(failure: UpstreamFailure | null): void {
    upstream.health = judged(upstream, failure, input.nowMs());
  }

  upstream.health = afterStart(upstream.health);
  upstream.pool.dispatch(dispatchOptions(input), {
    onRequestStart(started) {
      controller = started;
      if (isOver) started.abort(new Error('nobody waits any more'));
    },
    onResponseStart(_controller, statusCode, headers) {
      if (statusCode < 200 || isOver) return;
      status = statusCode;
      if (statusCode >= 300) errorBody = [];
      else if (!hasExpectedForm(headers['content-type'], input.facts.isStreamed)) fail(shapeFailure());
    },
    onResponseData(_controller, chunk) {
      if (isOver) return;
      if (errorBody === null) {
        events.onData(chunk);
        return;
      }
      errorBytes += chunk.length;
      if (errorBytes <= maxErrorBytes) errorBody.push(chunk);
      else fail(statusFailure(status, Buffer.alloc(0)));
    },
    onResponseEnd() {
      if (isOver) return;
      if (errorBody !== null) fail(statusFailure(status, Buffer.concat(errorBody)));
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
    judge,
  };
}

function dispatchOptions({ route, facts, body, headers, limits }: AttemptInput): Dispatcher.DispatchOptions {
  const { upstream } = route;
  return {
    method: 'POST',
    path: `${upstream.pathPrefix}/${facts.endpoint}`,
    headers: {
      'content-type': 'application/json',
      accept: facts.isStreamed ? 'text/event-stream' : 'application/json',
      'accept-encoding': 'identity',
      ...headers,
      ...upstream.headers,
    },
    body,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.idleTimeoutMs,
  };
}

function hasExpectedForm(contentType: string | string[] | undefined, isStreamed: boolean): boolean {
  const text = Array.isArray(contentType) ? contentType[0] : contentType;
  return (text ?? '').toLowerCase().startsWith(isStreamed ? 'text/event-stream' : 'application/json');
}

function judged({ health }: Upstream, failure: UpstreamFailure | null, nowMs: number) {
  if (failure === null) return afterSuccess(health, nowMs);
  return failure.health === null ? health : afterFailure(health, nowMs, failure.health);
}
