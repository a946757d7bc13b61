import { endpointNotServed } from '../problems.ts';
import type { Endpoint, RequestFacts } from '../read-request.ts';
import type { ReplyReader } from '../reply-reader.ts';
import type { ReplySink } from '../reply-sink.ts';
import { rewriteRequest } from '../rewrite-request.ts';
import { createStreamReply } from '../stream-reply.ts';
import type { Route } from '../upstream-directory.ts';
import { createWholeReply } from '../whole-reply.ts';
import { createMessageStreamReply } from './messages/message-stream-reply.ts';
import { createTokenCount, createWholeMessage } from './messages/whole-message.ts';

/** A request on its way to one upstream, and the reader of what comes back. */
export interface Passage {
  readonly request: UpstreamRequest;
  readonly reply: ReplyReader;
}

export interface UpstreamRequest {
  /** Behind the upstream's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The ways in which one request can go. */
export interface Passages {
  /** The routes to upstreams that can be asked. @throws with the reason when there is none. */
  passable(routes: readonly Route[]): readonly Route[];
  open(route: Route, sink: ReplySink): Passage;
}

/** @param forwarded headers of the client for upstreams that speak its protocol. */
export function createPassages(facts: RequestFacts, forwarded: Readonly<Record<string, string>>): Passages {
  return {
    passable(routes) {
      const passable = routes.filter(({ upstream }) => upstream.protocols.includes(facts.protocol));
      if (passable.length === 0) throw endpointNotServed({ param: 'model' });
      return passable;
    },
    open(route, sink) {
      const { upstream, upstreamModel } = route;
      return {
        request: {
          path: facts.endpoint,
          headers: { ...upstream.headers[facts.protocol], ...forwarded },
          body: rewriteRequest(facts, { upstreamModel, continuousUsage: upstream.continuousUsage }),
        },
        reply: readerOf(facts.endpoint)(sink, facts, route),
      };
    },
  };
}

type OpenReader = (sink: ReplySink, facts: RequestFacts, route: Route) => ReplyReader;

function readerOf(endpoint: Endpoint): OpenReader {
  switch (endpoint) {
    case 'messages':
      return (sink, facts) =>
        facts.isStreamed ? createMessageStreamReply(sink, facts) : createWholeMessage(sink, facts);
    case 'messages/count_tokens':
      return createTokenCount;
    case 'chat/completions':
    case 'completions':
    case 'embeddings':
      return (sink, facts, { upstream: { continuousUsage } }) =>
        facts.isStreamed
          ? createStreamReply(sink, { ...facts, continuousUsage })
          : createWholeReply(sink, { ...facts, endpoint });
  }
}
