import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { answerWell, type Script } from '../../testing/fake-upstream.ts';
import { postChat, test } from '../../testing/gateway.ts';

// Delivered is what the model wrote. Whatever else an upstream sends first, a failure before that is asked of the next
// upstream, and where there is none the client is answered by a status and pays nothing.

const plenty = 100_000_000n;
const role =
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n';
const empty = 'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}\n\n';
const pings = ': OPENROUTER PROCESSING\n\nevent: ping\ndata: {"type":"ping"}\n\n';
const secret = 'the account of 10.0.0.5 is not paid';

type Send = (response: ServerResponse) => void;

function stream(text: string, end: (response: ServerResponse) => void = (response) => response.end()): Send {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text);
    end(response);
  };
}

function reply(status: number, type: string | null, body: string | Buffer, headers: object = {}): Send {
  return (response) => {
    response.writeHead(status, { ...(type === null ? {} : { 'content-type': type }), ...headers });
    response.end(body);
  };
}

const json = 'application/json';
const words = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'x' } }] });

/** What an upstream does instead of answering, with the status a client hears when no other is left. */
const failures: Readonly<
  Record<string, { readonly streamed?: Send; readonly whole?: Send; readonly status?: number }>
> = {
  nothing: { streamed: stream(''), whole: reply(200, json, '') },
  'pings alone': { streamed: stream(pings) },
  'a role and the end': { streamed: stream(role) },
  'empty texts and the end': { streamed: stream(pings + role + empty + empty) },
  '[DONE] alone': { streamed: stream('data: [DONE]\n\n') },
  'a role and a reset': {
    streamed: stream(role, (response) => setImmediate(() => response.destroy())),
  },
  'pings, a role and an error': {
    streamed: stream(`${pings}${role}data: {"error":{"message":"${secret}"}}\n\n`),
  },
  'an error and an open connection': {
    streamed: stream(`data: {"error":{"message":"${secret}"}}\n\n`, () => {}),
  },
  'a named error in words': { streamed: stream(`${role}event: error\ndata: ${secret}\n\n`) },
  'a named error whose JSON says nothing of it': {
    streamed: stream(`event: error\ndata: {"message":"${secret}"}\n\n`),
  },
  'an error with a good status': {
    streamed: reply(200, json, `{"error":{"message":"${secret}"}}`),
    whole: reply(200, json, `{"error":{"message":"${secret}"}}`),
  },
  'a page': {
    streamed: reply(200, 'text/html', '<h1>Bad gateway</h1>'),
    whole: reply(200, 'text/html', '<h1>Bad gateway</h1>'),
  },
  'the other form': { streamed: reply(200, json, words), whole: stream(role) },
  'no content': { streamed: reply(204, null, ''), whole: reply(204, null, '') },
  'compressed bytes': {
    streamed: reply(200, 'text/event-stream', gzipSync(role), { 'content-encoding': 'gzip' }),
    whole: reply(200, json, gzipSync(words), { 'content-encoding': 'gzip' }),
  },
  'an object without an answer': { whole: reply(200, json, '{"id":"x","choices":[]}') },
  'half an object': { whole: reply(200, json, words.slice(0, 30)) },
  'an account that is not paid (OpenAI)': both(429, { code: 'insufficient_quota', message: secret }),
  'an account that is not paid (DashScope)': both(400, { code: 'Arrearage', message: secret }),
  'an account that is not paid (DeepSeek)': both(402, { code: 'invalid_request_error', message: secret }),
  'a closed account': both(403, { code: 'account_deactivated', message: secret }),
  'a wrong key with a status of the client': both(400, { code: 'invalid_api_key', message: secret }),
  'a wrong key': both(401, { message: secret }),
  'a lost model': both(404, { message: secret }),
  'a fault': both(500, { message: secret }),
  'too many requests': both(429, { message: secret }, 429),
  overload: both(503, { message: secret }, 503),
};

function both(status: number, error: object, heard = 502) {
  const send = reply(status, json, JSON.stringify({ error }));
  return { streamed: send, whole: send, status: heard };
}

const cases = Object.entries(failures).flatMap(([name, { streamed, whole, status = 502 }]) => [
  ...(streamed === undefined ? [] : [{ name, isStreamed: true, send: streamed, status }]),
  ...(whole === undefined ? [] : [{ name, isStreamed: false, send: whole, status }]),
]);

test('a failure before the model has written anything is answered by a status, costs nothing and tells nothing of the upstream', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  for (const { name, isStreamed, send, status } of cases) {
    cloud.upstream.script((_request, response) => send(response));
    const answer = await postChat(cloud, customer, { stream: isStreamed });
    const body = await answer.text();
    const what = `${name}, ${isStreamed ? 'streamed' : 'whole'}: ${body}`;
    expect(answer.status, what).toBe(status);
    expect(body, what).not.toMatch(/10\.0\.0\.5|not paid|Bad gateway/);
    expect(JSON.parse(body), what).toMatchObject({ error: { code: expect.any(String) } });
  }
  for (const row of await cloud.usage(customer, cases.length))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
  expect(await cloud.balance(customer)).toMatchObject({ posted: plenty });
});

test('where a second upstream is there, it answers instead, and its answer alone is charged', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId: cloud.modelId, upstreamModel: 'other/name', priority: 2 }],
  });
  await cloud.untilHeard();
  for (const { name, isStreamed, send } of cases) {
    const before = cloud.upstream.seen.length;
    cloud.upstream.script(firstThen(send));
    const answer = await postChat(cloud, customer, { stream: isStreamed });
    const body = await answer.text();
    const what = `${name}, ${isStreamed ? 'streamed' : 'whole'}: ${body}`;
    expect([answer.status, cloud.upstream.seen.length - before], what).toEqual([200, 2]);
    expect(body, what).toContain('Hello');
    expect(body, what).not.toContain('10.0.0.5');
  }
  for (const row of await cloud.usage(customer, cases.length))
    expect(row).toMatchObject({
      outcome: 'completed',
      is_estimated: false,
      input_tokens: 10,
      output_tokens: 3,
    });
});

function firstThen(send: Send): Script {
  let isFirst = true;
  return (request, response) => {
    if (!isFirst) return answerWell()(request, response);
    isFirst = false;
    send(response);
    return undefined;
  };
}
