import { Problem } from '../../../kernel/problem.ts';
import { endpointNotServed, malformedRequest } from '../problems.ts';
import type { Endpoint } from '../endpoint-rules.ts';
import type { RequestFacts } from '../read-request.ts';
import type { ReplySink } from '../reply-sink.ts';
import { estimateFor } from '../token-statistics.ts';
import { fieldsOf } from '../usage.ts';
import type { AnswerFacts, AnswerReader, AnswerWriter } from './answer.ts';
import { inOrder } from './calls-in-order.ts';
import { conversationOfChat } from './chat/conversation-of.ts';
import { createChatReader } from './chat/parts-of.ts';
import { chatRequestOf } from './chat/request-of.ts';
import { createChatWriter } from './chat/write-answer.ts';
import type { Conversation } from './conversation.ts';
import { createConvertingSink } from './converting-sink.ts';
import { conversationOfMessages } from './messages/conversation-of.ts';
import { parseExactly } from './exact-json.ts';
import { createMessageReader } from './messages/parts-of.ts';
import { messagesRequestOf } from './messages/request-of.ts';
import { createMessageWriter } from './messages/write-answer.ts';
import { type ProtocolName, protocolNames } from './protocol.ts';
import { conversationOfResponses } from './responses/conversation-of.ts';
import { createResponseReader } from './responses/parts-of.ts';
import { responsesRequestOf } from './responses/request-of.ts';
import { createResponseWriter } from './responses/write-answer.ts';

/** One request in the protocols that are not its own. */
export interface Conversions {
  /** The one of the protocols a server speaks in which it can be asked. @throws with the reason when there is none. */
  choose(spoken: readonly ProtocolName[]): ProtocolName;
  /** The request in a protocol, without its model. @throws naming the field that cannot be said in it. */
  request(protocol: ProtocolName): Readonly<Record<string, unknown>>;
  /** Takes an answer in a protocol to the client. */
  sink(protocol: ProtocolName, sink: ReplySink): ReplySink;
}

interface Convertible {
  readonly read: (body: unknown) => Conversation;
  readonly write: (conversation: Conversation) => Readonly<Record<string, unknown>>;
  readonly createReader: () => AnswerReader;
  readonly createWriter: (facts: AnswerFacts) => AnswerWriter;
}

const protocols: Readonly<Record<ProtocolName, Convertible>> = {
  chat: {
    read: conversationOfChat,
    write: chatRequestOf,
    createReader: createChatReader,
    createWriter: createChatWriter,
  },
  messages: {
    read: conversationOfMessages,
    write: messagesRequestOf,
    createReader: createMessageReader,
    createWriter: createMessageWriter,
  },
  responses: {
    read: conversationOfResponses,
    write: responsesRequestOf,
    createReader: createResponseReader,
    createWriter: createResponseWriter,
  },
};

const convertible: ReadonlySet<Endpoint> = new Set(['chat/completions', 'messages', 'responses']);

export function createConversions(facts: RequestFacts, nowMs: number): Conversions {
  const own = protocols[facts.protocol];
  let asked: unknown = null;
  let conversation: Conversation | null = null;
  const requests = new Map<ProtocolName, Readonly<Record<string, unknown>>>();

  function request(protocol: ProtocolName): Readonly<Record<string, unknown>> {
    const known = requests.get(protocol);
    if (known !== undefined) return known;
    asked ??= parse(facts.body);
    conversation ??= own.read(asked);
    const written = protocols[protocol].write(conversation);
    requests.set(protocol, written);
    return written;
  }

  return {
    request,
    choose(spoken) {
      if (!convertible.has(facts.endpoint)) throw endpointNotServed({ param: 'model' });
      let reason: Problem | null = null;
      for (const protocol of protocolNames) {
        if (!spoken.includes(protocol)) continue;
        try {
          request(protocol);
          return protocol;
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          reason ??= error;
        }
      }
      throw reason ?? endpointNotServed({ param: 'model' });
    },
    sink: (protocol, sink) =>
      createConvertingSink(
        sink,
        inOrder(protocols[protocol].createReader()),
        own.createWriter({
          modelId: facts.modelId,
          wantsUsage: facts.wantsUsage,
          nowMs,
          asked: fieldsOf(asked) ?? {},
          estimate: estimateFor(facts),
        }),
      ),
  };
}

/** Inside its fields nothing has been looked at yet. */
function parse(body: Buffer): unknown {
  try {
    return parseExactly(body.toString('utf8'));
  } catch {
    throw malformedRequest({ detail: 'We could not parse the JSON body of your request.' });
  }
}
