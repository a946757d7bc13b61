import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { sendJson } from '../../../testing/fake-upstream.ts';
import { postChat, test } from '../../../testing/gateway.ts';
import {
  aModelSpeaking,
  answerMessages,
  messageEvent,
  messageEvents,
  postMessages,
} from '../../../testing/messages.ts';

// What `delivery.test.ts` promises of chat completions holds in front of servers of Messages, for their own clients and
// for clients of another protocol.

const plenty = 100_000_000n;
const secret = 'the account of 10.0.0.5 is not paid';
const [start = '', ping = '', block = '', delta = ''] = messageEvents();
const empty = messageEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: '' } });
const error = messageEvent('error', { error: { type: 'overloaded_error', message: secret } });

type Send = (response: ServerResponse) => void;

function stream(text: string, end: Send = (response) => response.end()): Send {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text);
    end(response);
  };
}
const json =
  (status: number, body: object): Send =>
  (response) =>
    sendJson(response, status, body);

/** What a server does instead of answering. */
const failures: Readonly<Record<string, { readonly isStreamed: boolean; readonly send: Send }>> = {
  nothing: { isStreamed: true, send: stream('') },
  'pings alone': { isStreamed: true, send: stream(ping + ping) },
  'a start and the end': { isStreamed: true, send: stream(start + ping) },
  'empty texts and the end': { isStreamed: true, send: stream(start + block + empty + empty) },
  'a start and message_stop': { isStreamed: true, send: stream(start + messageEvent('message_stop')) },
  'a text without a start': { isStreamed: true, send: stream(block + delta) },
  'a start and an error': { isStreamed: true, send: stream(start + ping + error) },
  'an error and an open connection': { isStreamed: true, send: stream(start + error, () => {}) },
  'a start and a reset': {
    isStreamed: true,
    send: stream(start, (response) => setImmediate(() => response.destroy())),
  },
  'words of its own': { isStreamed: true, send: stream(`data: ${secret}\n\n`) },
  'the other form': { isStreamed: true, send: json(200, { content: [] }) },
  'an error with a good status': {
    isStreamed: false,
    send: json(200, { type: 'error', error: { type: 'api_error', message: secret } }),
  },
  'an object without an answer': { isStreamed: false, send: json(200, { type: 'message', content: [] }) },
  'content that is none': {
    isStreamed: false,
    send: json(200, { type: 'message', content: 'x', stop_reason: 'end_turn' }),
  },
  'an account that is not paid': {
    isStreamed: false,
    send: json(400, { type: 'error', error: { type: 'billing_error', message: secret } }),
  },
  'a wrong key': {
    isStreamed: false,
    send: json(401, { type: 'error', error: { type: 'authentication_error', message: secret } }),
  },
  'a fault': {
    isStreamed: false,
    send: json(500, { type: 'error', error: { type: 'api_error', message: secret } }),
  },
};

const clients = { Messages: postMessages, 'chat completions': postChat };

test('a failure before the model has written anything is answered by a status, costs nothing and tells nothing of the upstream', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  let count = 0;
  for (const [client, post] of Object.entries(clients)) {
    for (const [name, { isStreamed, send }] of Object.entries(failures)) {
      cloud.upstream.script((_request, response) => send(response));
      const answer = await post(cloud, customer, { model, stream: isStreamed });
      const body = await answer.text();
      const what = `${name}, for ${client}: ${body}`;
      expect(answer.status, what).toBe(502);
      expect(body, what).not.toContain('10.0.0.5');
      expect(JSON.parse(body), what).toMatchObject({ error: { message: expect.any(String) } });
      count += 1;
    }
  }
  for (const row of await cloud.usage(customer, count))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
  expect(await cloud.balance(customer)).toMatchObject({ posted: plenty });
});

test('where a second upstream is there, it answers instead, and its answer alone is charged', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${model}-2`,
    baseUrl: cloud.upstream.baseUrl,
    protocols: ['messages'],
    models: [{ modelId: model, upstreamModel: 'other/name', priority: 2 }],
  });
  await cloud.untilHeard();
  let count = 0;
  for (const [client, post] of Object.entries(clients)) {
    for (const [name, { isStreamed, send }] of Object.entries(failures)) {
      const before = cloud.upstream.seen.length;
      let isFirst = true;
      cloud.upstream.script((request, response) => {
        if (!isFirst) return answerMessages()(request, response);
        isFirst = false;
        send(response);
        return undefined;
      });
      const answer = await post(cloud, customer, { model, stream: isStreamed });
      const body = await answer.text();
      const what = `${name}, for ${client}: ${body}`;
      expect([answer.status, cloud.upstream.seen.length - before], what).toEqual([200, 2]);
      expect(body.replaceAll(/[^H]*?("content"|"text"):"([^"]*)"/g, '$2'), what).toContain('Hello ');
      expect(body, what).not.toContain('10.0.0.5');
      count += 1;
    }
  }
  for (const row of await cloud.usage(customer, count))
    expect(row).toMatchObject({
      outcome: 'completed',
      is_estimated: false,
      input_tokens: 10,
      output_tokens: 3,
    });
});

test('a client that leaves is charged for what the server has said it read, and for what it got', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages'], { whenClientLeaves: 'abort' });
  cloud.upstream.script(async ({ gone }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(start + block + delta);
    await gone;
  });
  for (const post of Object.values(clients)) {
    const answer = await post(cloud, customer, { model, stream: true });
    await answer.body?.cancel();
  }
  // Six letters, at three bytes a token.
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      outcome: 'client_gone',
      is_estimated: true,
      input_tokens: 10,
      output_tokens: 2,
    });
});
