import { type Script, sendJson } from './fake-upstream.ts';
import type { Cloud, Customer } from './gateway.ts';

/** Asks as a client without an SDK would, so that a test reads every byte of the answer. */
export function postResponses(cloud: Cloud, { secret }: Customer, body: object): Promise<Response> {
  return fetch(`${cloud.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ input: 'Say hello', ...body }),
  });
}

export const responseUsage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 3,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 13,
};

type Item = Readonly<Record<string, unknown>>;

export interface ResponseAnswer {
  readonly output?: readonly Item[];
  readonly status?: 'completed' | 'incomplete' | 'failed';
  readonly details?: object;
  readonly usage?: object | null;
}

/** A message of an output. */
export function outputMessage(text: string): Item {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content };
}

/** The whole answer of a model server. */
export function responseOf(answer: ResponseAnswer = {}, model = 'vendor/model') {
  const {
    output = [outputMessage('Hello world!')],
    status = 'completed',
    details = {},
    usage = responseUsage,
  } = answer;
  return {
    id: 'resp_fake',
    object: 'response',
    created_at: 1,
    status,
    error: null,
    model,
    output,
    store: false,
    usage,
    ...details,
  };
}

/** The events of an answer, in the order in which OpenAI sends them. */
export function responseEvents(answer: ResponseAnswer = {}, model = 'vendor/model'): string[] {
  const response = responseOf(answer, model);
  let sequence = -1;
  const event = (type: string, fields: object) => {
    sequence += 1;
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...fields })}\n\n`;
  };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const items = response.output.flatMap((item, output_index) => [
    event('response.output_item.added', {
      output_index,
      item: {
        ...item,
        content: [],
        ...('arguments' in item ? { arguments: '' } : {}),
        encrypted_content: null,
      },
    }),
    ...piecesOf(item).map(([type, delta]) => event(type, { output_index, content_index: 0, delta })),
    event('response.output_item.done', { output_index, item }),
  ]);
  return [
    event('response.created', { response: begun }),
    event('response.in_progress', { response: begun }),
    ...items,
    event(`response.${response.status}`, { response }),
  ];
}

function piecesOf(item: Item): [string, string][] {
  const content = (item['content'] ?? []) as { type: string; text?: string; refusal?: string }[];
  if (item['type'] === 'function_call')
    return [['response.function_call_arguments.delta', String(item['arguments'])]];
  return content.map(({ type, text = '', refusal = '' }) => {
    if (type === 'refusal') return ['response.refusal.delta', refusal];
    return [type === 'reasoning_text' ? 'response.reasoning_text.delta' : 'response.output_text.delta', text];
  });
}

/** Answers as OpenAI would: whole, or in events. */
export function answerResponses(answer: ResponseAnswer = {}): Script {
  return ({ body }, response) => {
    const model = String(body['model']);
    if (body['stream'] !== true) {
      sendJson(response, 200, responseOf(answer, model));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.end(responseEvents(answer, model).join(''));
  };
}
