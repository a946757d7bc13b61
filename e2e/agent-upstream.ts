import type { ServerResponse } from 'node:http';
import { listen, type Upstream } from './quick-upstream.ts';

type Body = Readonly<Record<string, unknown>>;
interface Call {
  readonly id: string;
  readonly at: number;
}

const thought = 'I should look';
const words = 'It is a cat';
const calls: readonly Call[] = [
  { id: 'call_1', at: 1 },
  { id: 'call_2', at: 2 },
];

/**
 * A model server that speaks chat completions, Messages and Responses: it thinks when it is asked to, looks twice with a tool when
 * it has one and no result yet, and says what it sees otherwise.
 */
export function agentUpstream(): Promise<Upstream> {
  return listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = JSON.parse(text) as Body;
      const path = request.url ?? '';
      // A test asks for an error by its name.
      if (text.includes('make it fail')) sendJson(response, 400, failureAt(path));
      else if (path.endsWith('/count_tokens')) sendJson(response, 200, { input_tokens: 14 });
      else if (path.endsWith('/messages')) answerMessages(response, body, text);
      else if (path.endsWith('/responses')) answerResponses(response, body, text);
      else answerChat(response, body, text);
    });
  });
}

function failureAt(path: string): object {
  const error = { type: 'invalid_request_error', message: 'too many pictures' };
  return path.endsWith('/messages') ? { type: 'error', error } : { error };
}

function callsFor(body: Body, text: string): readonly Call[] {
  return 'tools' in body && !/"tool_result"|"role":"tool"|"function_call_output"/.test(text) ? calls : [];
}

function answerMessages(response: ServerResponse, body: Body, text: string): void {
  const called = callsFor(body, text);
  const content = [
    ...('thinking' in body ? [{ type: 'thinking', thinking: thought, signature: 'c2ln' }] : []),
    ...(called.length === 0 ? [{ type: 'text', text: words }] : []),
    ...called.map(({ id, at }) => ({ type: 'tool_use', id, name: 'look', input: { at } })),
  ];
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 2,
    output_tokens: 5,
  };
  const ending = { stop_reason: called.length === 0 ? 'end_turn' : 'tool_use', stop_sequence: null };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body['model'] };
  if (body['stream'] !== true) {
    sendJson(response, 200, { ...message, content, ...ending, usage });
    return;
  }
  const event = (type: string, fields: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  event('message_start', {
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usage, output_tokens: 1 },
    },
  });
  event('ping', {});
  for (const [index, block] of content.entries()) {
    const [start, deltas] = piecesOf(block);
    event('content_block_start', { index, content_block: start });
    for (const delta of deltas) event('content_block_delta', { index, delta });
    event('content_block_stop', { index });
  }
  event('message_delta', { delta: ending, usage });
  event('message_stop', {});
  response.end();
}

function piecesOf(block: Readonly<Record<string, unknown>>): [object, object[]] {
  if (block['type'] === 'text') {
    const deltas = words.split(/(?= )/).map((text) => ({ type: 'text_delta', text }));
    return [{ type: 'text', text: '' }, deltas];
  }
  if (block['type'] === 'thinking')
    return [
      { type: 'thinking', thinking: '', signature: '' },
      [
        { type: 'thinking_delta', thinking: thought },
        { type: 'signature_delta', signature: block['signature'] },
      ],
    ];
  return [
    { ...block, input: {} },
    [{ type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }],
  ];
}

function answerChat(response: ServerResponse, body: Body, text: string): void {
  const called = callsFor(body, text);
  const toolCalls = called.map(({ id, at }, index) => ({
    index,
    id,
    type: 'function',
    function: { name: 'look', arguments: JSON.stringify({ at }) },
  }));
  const message = {
    role: 'assistant',
    ...('reasoning_effort' in body ? { reasoning_content: thought } : {}),
    ...(called.length === 0 ? { content: words } : { content: null, tool_calls: toolCalls }),
  };
  const usage = {
    prompt_tokens: 16,
    completion_tokens: 5,
    total_tokens: 21,
    prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
  };
  const finish_reason = called.length === 0 ? 'stop' : 'tool_calls';
  const head = { id: 'c', created: 1, model: body['model'] };
  if (body['stream'] !== true) {
    sendJson(response, 200, {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
    return;
  }
  const event = (fields: object) =>
    response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`);
  const delta = (delta: object, reason: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: reason }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  delta({ role: 'assistant', content: '' });
  if ('reasoning_effort' in body) delta({ reasoning_content: thought });
  if (called.length === 0) for (const content of words.split(/(?= )/)) delta({ content });
  for (const call of toolCalls) delta({ tool_calls: [call] });
  delta({}, finish_reason);
  event({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

function answerResponses(response: ServerResponse, body: Body, text: string): void {
  const called = callsFor(body, text);
  const content = [{ type: 'output_text', text: words, annotations: [] }];
  const reasoning = {
    id: 'rs_1',
    type: 'reasoning',
    summary: [],
    content: [{ type: 'reasoning_text', text: thought }],
    encrypted_content: 'c2ln',
  };
  const message = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content };
  const output: Body[] = [
    ...('reasoning' in body ? [reasoning] : []),
    ...(called.length === 0 ? [message] : []),
    ...called.map(({ id, at }) => ({
      id: `fc_${at}`,
      type: 'function_call',
      status: 'completed',
      call_id: id,
      name: 'look',
      arguments: JSON.stringify({ at }),
    })),
  ];
  const usage = {
    input_tokens: 16,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 21,
  };
  const head = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: body['model'],
    store: body['store'],
    error: null,
  };
  const whole = { ...head, status: 'completed', output, usage };
  if (body['stream'] !== true) {
    sendJson(response, 200, whole);
    return;
  }
  let sequence = -1;
  const event = (type: string, fields: object) => {
    sequence += 1;
    response.write(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...fields })}\n\n`,
    );
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  event('response.created', { response: { ...head, status: 'in_progress', output: [], usage: null } });
  for (const [output_index, item] of output.entries()) {
    const place = { item_id: item['id'], output_index };
    const begun = { ...item, content: [], ...('arguments' in item ? { arguments: '' } : {}) };
    event('response.output_item.added', { output_index, item: begun });
    if ('arguments' in item)
      event('response.function_call_arguments.delta', { ...place, delta: item['arguments'] });
    else {
      const part = { ...place, content_index: 0 };
      const name = item === message ? 'output_text' : 'reasoning_text';
      const text = item === message ? words : thought;
      const shown = item === message ? { ...content[0] } : { type: name, text };
      event('response.content_part.added', { ...part, part: { ...shown, text: '' } });
      for (const delta of text.split(/(?= )/)) event(`response.${name}.delta`, { ...part, delta });
      event(`response.${name}.done`, { ...part, text });
      event('response.content_part.done', { ...part, part: shown });
    }
    event('response.output_item.done', { output_index, item });
  }
  event('response.completed', { response: whole });
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
