import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, offerModel, test } from '../../testing/gateway.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];
const patience = { timeout: 10_000 };
const plenty = 100_000_000n;

function post(
  cloud: Cloud,
  customer: Customer,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${cloud.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json', ...headers },
    body,
  });
}

async function errorOf(
  answer: Response,
): Promise<{ status: number; type: string; code: string | null; param: string | null }> {
  const { error } = (await answer.json()) as {
    error: { message: string; type: string; code: string | null; param: string | null };
  };
  expect(error.message).not.toBe('');
  return { status: answer.status, type: error.type, code: error.code, param: error.param };
}

test('whoever asks for usage on a stream gets it once, at the end', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  const usages = [];
  for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage);
  expect(usages).toEqual([{ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 }]);
});

test('completions and embeddings work as chat does', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const { client } = customer;
  const completion = await client.completions.create({ model: cloud.modelId, prompt: 'Once' });
  expect(completion.choices[0]?.text).toBe('Hello world!');
  let text = '';
  for await (const chunk of await client.completions.create({
    model: cloud.modelId,
    prompt: 'Once',
    stream: true,
  }))
    text += chunk.choices[0]?.text ?? '';
  expect(text).toBe('Hello world!');
  const embeddings = await client.embeddings.create({
    model: cloud.modelId,
    input: ['a', 'b'],
    encoding_format: 'float',
  });
  expect(embeddings.data.map(({ embedding }) => embedding.length)).toEqual([3, 3]);
  const rows = await cloud.usage(customer, 3);
  expect(rows.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual([
    [10, 3],
    [10, 3],
    [10, 0],
  ]);
});

test('the upstream gets the bytes of the client, with its own name of the model and its own key', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const body = `{ "temperature":0.1e1,\n"model" : "${cloud.modelId}", "messages":[{"role":"user","content":"\\u4f60 \\"model\\""}] }`;
  expect((await post(cloud, customer, 'chat/completions', body)).status).toBe(200);
  const [seen] = cloud.upstream.seen;
  expect(seen?.text).toBe(body.replace(cloud.modelId, 'vendor/model'));
  expect(seen?.headers.authorization).toBe('Bearer upstream-secret');
  expect(JSON.stringify(seen?.headers)).not.toContain(customer.secret);
});

test('models are listed when they are priced and served, and only then', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  await offerModel(cloud.system, 'priced-but-served-by-nobody');
  const listed = [];
  for await (const model of customer.client.models.list()) listed.push(model.id);
  expect(listed).toContain(cloud.modelId);
  expect(listed).not.toContain('priced-but-served-by-nobody');
  expect((await customer.client.models.retrieve(cloud.modelId)).id).toBe(cloud.modelId);
  await expect(customer.client.models.retrieve('none')).rejects.toBeInstanceOf(NotFoundError);
});

test('a wrong key, no key, a disabled, an expired and a deleted key are all refused at once', async ({
  cloud,
  clock,
}) => {
  const customer = await cloud.customer(plenty, {
    expiresAt: new Date(clock.now().getTime() + 60_000).toISOString(),
  });
  const ask = (apiKey: string) =>
    new OpenAI({ baseURL: `${cloud.url}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
      model: cloud.modelId,
      messages,
    });
  const failure = await ask('sk-wrong').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AuthenticationError);
  expect(failure).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  expect(await errorOf(await fetch(`${cloud.url}/v1/models`))).toMatchObject({
    status: 401,
    code: 'invalid_api_key',
  });

  await ask(customer.secret);
  await customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, { disabled: true });
  await expect.poll(() => statusOf(ask(customer.secret)), patience).toBe(401);
  await customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, { disabled: false });
  await expect.poll(() => statusOf(ask(customer.secret)), patience).toBe(200);
  clock.advanceMs(60_000);
  expect(await statusOf(ask(customer.secret))).toBe(401);
  const other = await cloud.customer(plenty);
  await ask(other.secret);
  await other.person.call('DELETE', `/api/identity/api-keys/${other.apiKeyId}`);
  await expect.poll(() => statusOf(ask(other.secret)), patience).toBe(401);
});

test('an empty wallet is a RateLimitError with insufficient_quota, and the SDK does not try again', async ({
  cloud,
}) => {
  const customer = await cloud.customer(0n);
  const client = new OpenAI({ baseURL: `${cloud.url}/v1`, apiKey: customer.secret, maxRetries: 5 });
  const startedAt = performance.now();
  const failure = await client.chat.completions
    .create({ model: cloud.modelId, messages })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RateLimitError);
  expect(failure).toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' });
  expect(performance.now() - startedAt).toBeLessThan(400);
  expect(cloud.upstream.seen).toHaveLength(0);
});

test('an unknown model and a model without a price do not exist', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: 'unpriced',
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId: 'unpriced', upstreamModel: 'x' }],
  });
  for (const model of ['no-such-model', 'unpriced']) {
    const failure = await customer.client.chat.completions
      .create({ model, messages })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotFoundError);
    expect(failure).toMatchObject({ code: 'model_not_found', param: 'model' });
  }
  expect(cloud.upstream.seen).toHaveLength(0);
});

test('a malformed body names the field at fault and reaches no upstream', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = JSON.stringify(cloud.modelId);
  const cases: [string, string | null][] = [
    ['{', null],
    ['', null],
    ['[]', null],
    ['null', null],
    ['{"messages":[]}', 'model'],
    [`{"model":7,"messages":[]}`, 'model'],
    [`{"model":${model}}`, 'messages'],
    [`{"model":${model},"messages":[],"stream":"yes"}`, 'stream'],
    [`{"model":${model},"messages":[],"max_tokens":-2}`, 'max_tokens'],
    [`{"model":${model},"messages":[],"max_completion_tokens":1.5}`, 'max_completion_tokens'],
    [`{"model":${model},"messages":[],"n":0}`, 'n'],
    [`{"model":${model},"messages":[],"stream":true,"stream_options":7}`, 'stream_options'],
    [`{"model":"cheap","model":${model},"messages":[]}`, 'model'],
    [`{"model":${model},"messages":[],"stream":true,"stream":false}`, 'stream'],
    [`{"model":${model},"messages":[],"\\u006dodel":"dear"}`, 'model'],
  ];
  for (const [body, param] of cases) {
    const answer = await post(cloud, customer, 'chat/completions', body);
    expect(await errorOf(answer), body).toMatchObject({ status: 400, type: 'invalid_request_error', param });
  }
  const failure = await customer.client.chat.completions
    .create({ model: cloud.modelId, messages, n: 500 })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BadRequestError);
  expect(cloud.upstream.seen).toHaveLength(0);
  expect(await cloud.usage(customer, 0)).toHaveLength(0);
});

test("too large, not JSON, an unknown address and a wrong method are refused in OpenAI's form", async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const large = ' '.repeat(32 * 1024 * 1024 + 1);
  expect(await errorOf(await post(cloud, customer, 'chat/completions', large))).toMatchObject({
    status: 413,
  });
  expect(
    await errorOf(await post(cloud, customer, 'chat/completions', 'hello', { 'content-type': 'text/plain' })),
  ).toMatchObject({ status: 415 });
  expect(await errorOf(await post(cloud, customer, 'assistants', '{}'))).toMatchObject({
    status: 404,
    code: 'unknown_url',
  });
  const authorization = `Bearer ${customer.secret}`;
  expect(
    await errorOf(await fetch(`${cloud.url}/v1/chat/completions`, { headers: { authorization } })),
  ).toMatchObject({ status: 405, code: 'method_not_allowed' });
  expect(
    await errorOf(await fetch(`${cloud.url}/v1/models`, { method: 'POST', headers: { authorization } })),
  ).toMatchObject({ status: 405 });
});

test('a key with a token quota stops when the quota is used up, not before and not long after', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, { tokenQuota: 30 });
  const ask = () => customer.client.chat.completions.create({ model: cloud.modelId, messages });
  expect([await statusOf(ask()), await statusOf(ask()), await statusOf(ask())]).toEqual([200, 200, 200]);
  const failure = await ask().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RateLimitError);
  expect(failure).toMatchObject({ code: 'insufficient_quota' });
  await cloud.usage(customer, 3);
  await expect
    .poll(
      async () =>
        (await customer.person.call('GET', '/api/identity/api-keys')).json<{
          items: { tokensUsed: number; status: string }[];
        }>().items[0],
      patience,
    )
    .toMatchObject({ tokensUsed: 39, status: 'exhausted' });
});

test('what is asked for in parallel on the last tokens of a quota is not all let through', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, { tokenQuota: 5 });
  const statuses = await Promise.all(
    Array.from({ length: 16 }, () =>
      statusOf(customer.client.chat.completions.create({ model: cloud.modelId, messages })),
    ),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

test('an answer without usage is estimated and flagged', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(
    answerWell({ reportsUsage: false, words: Array.from({ length: 30 }, () => 'word ') }),
  );
  await customer.client.chat.completions.create({ model: cloud.modelId, messages });
  for await (const _chunk of await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  }));
  for (const row of await cloud.usage(customer, 2)) {
    expect(row).toMatchObject({ is_estimated: true, outcome: 'completed' });
    expect(row.output_tokens).toBeGreaterThan(25);
    expect(row.output_tokens).toBeLessThan(80);
    expect(row.input_tokens).toBeGreaterThan(0);
  }
});

async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 200;
  } catch (error) {
    return error instanceof OpenAI.APIError && typeof error.status === 'number' ? error.status : -1;
  }
}

test('replies and events name the model as the customer knows it, never as its supplier does', async ({
  cloud,
}) => {
  const { client } = await cloud.customer(100_000_000n);
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const whole = await client.chat.completions.create({ model: cloud.modelId, messages });
  const names = [whole.model];
  for await (const chunk of await client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  }))
    names.push(chunk.model);
  expect(names.length).toBeGreaterThan(2);
  expect(new Set(names)).toEqual(new Set([cloud.modelId]));
});
