import { Problem } from '../../../kernel/problem.ts';
import { endpointNotServed } from '../problems.ts';
import type { Endpoint } from '../endpoint-rules.ts';
import type { RequestFacts } from '../read-request.ts';
import type { ReplyReader } from '../reply-reader.ts';
import type { ReplySink } from '../reply-sink.ts';
import { rewriteRequest, usageOptions } from '../rewrite-request.ts';
import { createStreamReply } from '../stream-reply.ts';
import { estimateFor } from '../token-statistics.ts';
import type { Route, Upstream } from '../upstream-directory.ts';
import type { ModelNames } from '../upstream-error.ts';
import { createWholeReply } from '../whole-reply.ts';
import { createSpeechReply } from './audio/speech-reply.ts';
import { type Conversions, createConversions } from './conversions.ts';
import { stringifyExactly } from './exact-json.ts';
import { createImageReply } from './images/image-reply.ts';
import { createImageStreamReply } from './images/image-stream.ts';
import { createMessageStreamReply } from './messages/message-stream.ts';
import { messagesVersion } from './messages/headers.ts';
import { createTokenCount, createWholeMessage } from './messages/whole-message.ts';
import type { ProtocolName } from './protocol.ts';
import { createRerankReply } from './rerank/rerank-reply.ts';
import { createResponseStreamReply } from './responses/response-stream.ts';
import { createWholeResponse } from './responses/whole-response.ts';

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
  /** The form in which it answers. */
  readonly answers: AnswerForm;
}

export type AnswerForm = 'json' | 'events' | 'sound';

/** The ways in which one request can go. */
export interface Passages {
  /** The routes to upstreams that can be asked. @throws with the first reason when there is none. */
  passable(routes: readonly Route[]): readonly Route[];
  /** @param maxOutputTokens the bound where the money held does not pay for the client's own; null to leave it. */
  open(route: Route, sink: ReplySink, maxOutputTokens: number | null): Passage;
}

export interface PassageInput {
  /** Headers of ours, for every upstream. */
  readonly own: Readonly<Record<string, string>>;
  /** Headers of the client, for upstreams that speak its protocol. */
  readonly forwarded: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** Where a protocol is spoken. */
const pathOf = { chat: 'chat/completions', messages: 'messages', responses: 'responses' } as const;
/** How the longest answer is called. */
const boundOf = { chat: 'max_tokens', messages: 'max_tokens', responses: 'max_output_tokens' } as const;
const headersOf: Readonly<Record<ProtocolName, Readonly<Record<string, string>>>> = {
  chat: {},
  messages: messagesVersion,
  responses: {},
};

export function createPassages(facts: RequestFacts, { own, forwarded, nowMs }: PassageInput): Passages {
  let made: Conversions | null = null;
  const conversions = () => (made ??= createConversions(facts, nowMs));
  const isSpokenBy = ({ protocols }: Upstream) => protocols.includes(facts.protocol);

  function passable(routes: readonly Route[]): readonly Route[] {
    if (routes.every(({ upstream }) => isSpokenBy(upstream))) return routes;
    let reason: Problem | null = null;
    const passable = routes.filter(({ upstream }) => {
      if (isSpokenBy(upstream)) return true;
      try {
        conversions().choose(upstream.protocols);
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        reason ??= error;
        return false;
      }
    });
    if (passable.length === 0) throw reason ?? endpointNotServed({ param: 'model' });
    return passable;
  }
  function openOwn(route: Route, sink: ReplySink, maxOutputTokens: number | null): Passage {
    const { upstream, upstreamModel } = route;
    const { continuousUsage } = upstream;
    return {
      request: {
        path: facts.endpoint,
        headers: { ...own, ...forwarded, ...upstream.headers[facts.protocol] },
        body: rewriteRequest(facts, { upstreamModel, continuousUsage, maxOutputTokens }),
        answers: formOf(facts),
      },
      reply: readerOf(facts.endpoint)(sink, facts, route),
    };
  }
  function openConverted(route: Route, sink: ReplySink, maxOutputTokens: number | null): Passage {
    const { upstream, upstreamModel } = route;
    const protocol = conversions().choose(upstream.protocols);
    const { continuousUsage } = upstream;
    const isCounted = protocol === 'chat' && facts.isStreamed;
    const body = {
      model: upstreamModel,
      ...conversions().request(protocol),
      ...(maxOutputTokens === null ? {} : { [boundOf[protocol]]: maxOutputTokens }),
      ...(isCounted ? { stream_options: usageOptions(continuousUsage) } : {}),
    };
    // The usage event is for the conversion, which knows what the client wants.
    const asked = { ...facts, endpoint: pathOf[protocol], wantsUsage: true };
    return {
      request: {
        path: pathOf[protocol],
        headers: { ...own, ...headersOf[protocol], ...upstream.headers[protocol] },
        body: Buffer.from(stringifyExactly(body)),
        answers: formOf(facts),
      },
      reply: readerOf(pathOf[protocol])(conversions().sink(protocol, sink), asked, route),
    };
  }

  return {
    passable,
    open: (route, sink, maxOutputTokens) =>
      isSpokenBy(route.upstream)
        ? openOwn(route, sink, maxOutputTokens)
        : openConverted(route, sink, maxOutputTokens),
  };
}

function formOf({ isStreamed, work }: RequestFacts): AnswerForm {
  if (work?.wishes.of === 'speech') return 'sound';
  return isStreamed ? 'events' : 'json';
}

type OpenReader = (sink: ReplySink, facts: RequestFacts, route: Route) => ReplyReader;

function readerOf(endpoint: Endpoint): OpenReader {
  switch (endpoint) {
    case 'messages':
      return (sink, facts, route) =>
        facts.isStreamed
          ? createMessageStreamReply(sink, { estimate: estimateFor(facts), ...namedAt(facts, route) })
          : createWholeMessage(sink, namedAt(facts, route));
    case 'responses':
      return (sink, facts, route) =>
        facts.isStreamed
          ? createResponseStreamReply(sink, namedAt(facts, route))
          : createWholeResponse(sink, namedAt(facts, route));
    case 'images/generations':
    case 'audio/speech':
      return (sink, facts, route) => readerOfWork(sink, namedAt(facts, route));
    case 'rerank':
      return (sink, facts, route) => createRerankReply(sink, namedAt(facts, route));
    case 'messages/count_tokens':
      return (sink, facts, route) => createTokenCount(sink, namedAt(facts, route));
    case 'chat/completions':
    case 'completions':
    case 'embeddings':
    case 'moderations':
      return (sink, facts, route) =>
        facts.isStreamed
          ? createStreamReply(sink, {
              continuousUsage: route.upstream.continuousUsage,
              hasProbabilities: facts.members.has('logprobs'),
              ...namedAt(facts, route),
            })
          : createWholeReply(sink, { ...namedAt(facts, route), endpoint });
  }
}

function readerOfWork(sink: ReplySink, facts: RequestFacts & ModelNames): ReplyReader {
  const wishes = facts.work?.wishes;
  switch (wishes?.of) {
    case 'images':
      return (facts.isStreamed ? createImageStreamReply : createImageReply)(sink, facts, wishes);
    case 'speech':
      return createSpeechReply(sink, wishes);
    case undefined:
      throw new Error('the request asks for nothing that its endpoint makes');
  }
}

/** The facts, with what no customer may read of the upstream. */
function namedAt(facts: RequestFacts, { upstream, upstreamModel }: Route): RequestFacts & ModelNames {
  return { upstreamModel, secrets: upstream.secrets, ...facts };
}
