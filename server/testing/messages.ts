import { randomBytes } from 'node:crypto';
import { type Script, sendJson } from './fake-upstream.ts';
import { type Cloud, type Customer, offerModel } from './gateway.ts';

/** A model at ¥1 per thousand input and ¥2 per thousand output tokens, served by the scripted upstream alone. */
export async function aModelSpeaking(
  cloud: Cloud,
  protocols: readonly string[],
  more: object = {},
): Promise<string> {
  const modelId = `model-${randomBytes(4).toString('hex')}`;
  await offerModel(cloud.system, modelId);
  const added = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    apiKey: 'upstream-secret',
    protocols,
    models: [{ modelId, upstreamModel: 'vendor/model' }],
    ...more,
  });
  if (added.statusCode !== 201)
    throw new Error(`adding the upstream answered ${added.statusCode}: ${added.body}`);
  await cloud.untilHeard();
  return modelId;
}

/** Asks as a client without an SDK would, so that a test reads every byte of the answer. */
export function postMessages(
  cloud: Cloud,
  { secret }: Customer,
  body: object,
  headers: Record<string, string> = { 'x-api-key': secret, 'anthropic-version': '2023-06-01' },
): Promise<Response> {
  return fetch(`${cloud.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Say hello' }],
      ...body,
    }),
  });
}

export const messageUsage = {
  input_tokens: 10,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 3,
};

export interface MessageAnswer {
  readonly content?: readonly Readonly<Record<string, unknown>>[];
  readonly stopReason?: string;
  readonly stopSequence?: string | null;
  readonly usage?: object;
}

/** An event of Messages as it is written. */
export function messageEvent(type: string, fields: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** The pieces in which a block of an answer is streamed. */
function piecesOf(block: Readonly<Record<string, unknown>>): { start: object; deltas: object[] } {
  const halves = (text: unknown) => {
    const whole = String(text);
    const middle = Math.ceil(whole.length / 2);
    return [whole.slice(0, middle), whole.slice(middle)];
  };
  switch (block['type']) {
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: halves(block['text']).map((text) => ({ type: 'text_delta', text })),
      };
    case 'thinking':
      return {
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...halves(block['thinking']).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block['signature'] },
        ],
      };
    case 'tool_use':
      return {
        start: { ...block, input: {} },
        deltas: ['', ...halves(JSON.stringify(block['input']))].map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
    default:
      return { start: block, deltas: [] };
  }
}

/** The events of an answer, in the order in which Anthropic sends them. */
export function messageEvents(answer: MessageAnswer = {}, model = 'vendor/model'): string[] {
  const {
    content = [{ type: 'text', text: 'Hello world!' }],
    stopReason = 'end_turn',
    stopSequence = null,
    usage = messageUsage,
  } = answer;
  const message = {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const blocks = content.flatMap((block, index) => {
    const { start, deltas } = piecesOf(block);
    return [
      messageEvent('content_block_start', { index, content_block: start }),
      ...deltas.map((delta) => messageEvent('content_block_delta', { index, delta })),
      messageEvent('content_block_stop', { index }),
    ];
  });
  return [
    messageEvent('message_start', { message }),
    messageEvent('ping'),
    ...blocks,
    messageEvent('message_delta', { delta: { stop_reason: stopReason, stop_sequence: stopSequence }, usage }),
    messageEvent('message_stop'),
  ];
}

/** Answers as Anthropic would: whole, in events, or with a count. */
export function answerMessages(answer: MessageAnswer = {}): Script {
  return ({ path, body }, response) => {
    if (path.endsWith('/count_tokens')) {
      sendJson(response, 200, { input_tokens: 14 });
      return;
    }
    if (body['stream'] === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.end(messageEvents(answer, String(body['model'])).join(''));
      return;
    }
    const {
      content = [{ type: 'text', text: 'Hello world!' }],
      stopReason = 'end_turn',
      stopSequence = null,
      usage = messageUsage,
    } = answer;
    sendJson(response, 200, {
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model: body['model'],
      content,
      stop_reason: stopReason,
      stop_sequence: stopSequence,
      usage,
    });
  };
}
