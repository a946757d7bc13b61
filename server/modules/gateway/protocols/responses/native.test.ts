import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { sendJson } from '../../../../testing/fake-upstream.ts';
import { test } from '../../../../testing/gateway.ts';
import { aModelSpeaking } from '../../../../testing/messages.ts';
import {
  answerResponses,
  outputMessage,
  postResponses,
  responseEvents,
  responseUsage,
} from '../../../../testing/responses.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { createResponseStreamReply } from './response-stream.ts';

// Responses in front of an upstream that speaks them: its bytes and events, with our promises about them.

const plenty = 100_000_000n;
const secretWords = 'the account of 10.0.0.5 is not paid';

test('a request goes to the upstream as it came and is not stored there; the answer comes back under the public name', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  cloud.upstream.script(answerResponses());
  for (const store of [{}, { store: false }, { store: null }]) {
    const fields = { instructions: 'Be short', tools: [{ type: 'web_search' }], user: 'a person', ...store };
    const answer = await postResponses(cloud, customer, { model, ...fields });
    expect(await answer.json()).toMatchObject({ model, store: false, usage: responseUsage });
  }
  for (const { path, body, headers } of cloud.upstream.seen) {
    expect(path).toBe('/v1/responses');
    expect(headers).toMatchObject({ authorization: 'Bearer upstream-secret' });
    expect(body).toEqual({
      model: 'vendor/model',
      input: 'Say hello',
      instructions: 'Be short',
      tools: [{ type: 'web_search' }],
      store: false,
    });
  }
  for (const row of await cloud.usage(customer, 3))
    expect(row).toMatchObject({
      input_tokens: 10,
      output_tokens: 3,
      charge_micros: 16_000n,
      is_estimated: false,
    });
});

test('what is kept elsewhere is refused by name: nothing is kept here', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses', 'chat']);
  const kept = {
    store: true,
    background: true,
    previous_response_id: 'resp_1',
    conversation: 'conv_1',
    prompt: { id: 'pmpt_1' },
  };
  for (const [param, value] of Object.entries(kept)) {
    const answer = await postResponses(cloud, customer, { model, [param]: value });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', param, message: expect.stringContaining('stored') } },
    ]);
  }
  expect(cloud.upstream.seen).toHaveLength(0);
});

test('a streamed answer arrives event by event under the public name, and its last event with the booking', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  const call = {
    id: 'fc_1',
    type: 'function_call',
    status: 'completed',
    call_id: 'c',
    name: 'look',
    arguments: '{}',
  };
  const usage = {
    ...responseUsage,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens_details: { reasoning_tokens: 2 },
  };
  const sent = { output: [outputMessage('Hello "model" world!'), call], usage };
  for (const status of ['completed', 'incomplete'] as const) {
    cloud.upstream.script(answerResponses({ ...sent, status }));
    const answer = await postResponses(cloud, customer, { model, stream: true });
    expect(await answer.text()).toBe(responseEvents({ ...sent, status }, model).join(''));
  }
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      input_tokens: 6,
      output_tokens: 1,
      is_estimated: false,
      outcome: 'completed',
    });
});

test('a failure before the first word is answered by a status, one after it by an event; neither tells of the upstream', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  const [created = '', progress = '', added = '', delta = ''] = responseEvents();
  const failed = responseEvents({
    status: 'failed',
    output: [],
    details: { error: { message: secretWords } },
  });
  const error = `event: error\ndata: {"type":"error","code":"server_error","message":"${secretWords}"}\n\n`;
  const before = [created + progress, failed.join(''), created + error, '', 'data: [DONE]\n\n'];
  for (const text of before) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text);
    });
    const answer = await postResponses(cloud, customer, { model, stream: true });
    const body = await answer.text();
    expect([answer.status, body], text).toMatchObject([502, expect.not.stringContaining('10.0.0.5')]);
  }
  const after = ['', failed.at(-1) ?? '', error, `data: ${secretWords}\n\n`, 'data: [1]\n\n'];
  for (const text of after) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(created + progress + added + delta + text);
    });
    const body = await (await postResponses(cloud, customer, { model, stream: true })).text();
    expect(body, text).toMatch(
      /event: error\ndata: \{"type":"error","code":"upstream_failed","message":[^\n]+\n\n$/,
    );
    expect(body, text).not.toContain('10.0.0.5');
  }
  const whole = [
    {},
    { output: [] },
    { status: 'failed', output: [] },
    { error: { message: secretWords }, output: [] },
  ];
  for (const reply of whole) {
    cloud.upstream.script((_request, response) => sendJson(response, 200, reply));
    expect((await postResponses(cloud, customer, { model })).status).toBe(502);
  }
  for (const row of await cloud.usage(customer, before.length + after.length + whole.length))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
});

test('a report that cannot be is not believed: the answer is estimated, and shows none', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  const reports = [
    null,
    { ...responseUsage, output_tokens: 0, total_tokens: 10 },
    { ...responseUsage, input_tokens: -5 },
  ];
  for (const usage of reports) {
    cloud.upstream.script(answerResponses({ usage }));
    const answer = (await (await postResponses(cloud, customer, { model })).json()) as object;
    expect(answer).toMatchObject({ usage: null });
    const events = await (await postResponses(cloud, customer, { model, stream: true })).text();
    expect(events).toBe(responseEvents({ usage: null }, model).join(''));
  }
  for (const row of await cloud.usage(customer, 2 * reports.length))
    expect(row).toMatchObject({ is_estimated: true, output_tokens: 4, outcome: 'completed' });
});

/** A client's end that remembers what it got. */
function aSink() {
  const got: string[] = [];
  let isUntouched = true;
  const nothing = () => {};
  const sink: ReplySink = {
    get isUntouched() {
      return isUntouched;
    },
    hasSentNothing: true,
    waitingBytes: 0,
    keepAlive: () => {},
    sendWhole: nothing,
    startBody: nothing,
    startStream() {
      isUntouched = false;
    },
    write(bytes) {
      got.push(bytes.toString());
      return true;
    },
    end: (bytes) => void got.push(`END ${bytes?.toString() ?? ''}`),
    complete: nothing,
    fail: nothing,
  };
  return { sink, got };
}

test('a stream cut at any byte arrives whole, and nothing before its first word', () => {
  const events = responseEvents();
  const bytes = Buffer.from(events.join(''));
  const named = responseEvents({}, 'm');
  const expected = `${named.slice(0, -1).join('')}END ${named.at(-1) ?? ''}`;
  const different = Array.from({ length: bytes.length + 1 }, (_, cut) => {
    const { sink, got } = aSink();
    const reply = createResponseStreamReply(sink, { upstreamModel: 'x', secrets: [], modelId: 'm' });
    reply.push(bytes.subarray(0, cut));
    const firstWord = Buffer.byteLength(events.slice(0, 4).join(''));
    const early = cut < firstWord ? got.join('') : '';
    reply.push(bytes.subarray(cut));
    const failure = reply.end();
    return { cut, text: got.join(''), early, failure, phase: reply.phase };
  }).filter(
    (got) =>
      !isDeepStrictEqual(
        { ...got, cut: 0 },
        { cut: 0, text: expected, early: '', failure: null, phase: 'ended' },
      ),
  );
  expect(different).toEqual([]);
});

test('what is said at the end alone counts as written when the upstream has not counted', () => {
  const last = responseEvents({ usage: null }).at(-1) ?? '';
  const { sink, got } = aSink();
  const reply = createResponseStreamReply(sink, { upstreamModel: 'x', secrets: [], modelId: 'm' });
  reply.push(Buffer.from(last));
  expect([reply.end(), reply.usage(), reply.textBytes()]).toEqual([null, null, 'Hello world!'.length]);
  expect(got.join('')).toContain('Hello world!');
});
