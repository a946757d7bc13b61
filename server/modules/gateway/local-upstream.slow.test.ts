import { APIError } from 'openai';
import { afterAll, beforeAll, expect } from 'vitest';
import { startForwarder } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, offerModel, test } from '../../testing/gateway.ts';
import { type RandomModel, startRandomModel } from './upstreams/local/testing/random-model.ts';

// The same promises as with the scripted upstream, kept by the model server we ship (with generated weights).
const messages = [{ role: 'user' as const, content: 'Say hello' }];
let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel();
});
afterAll(() => model.stop());

async function aLocalCloud(cloud: Cloud): Promise<{ customer: Customer; modelId: string }> {
  const modelId = `${cloud.modelId}-local`;
  await offerModel(cloud.system, modelId);
  cloud.app.registerLocalUpstream({
    socketPath: model.server.socketPath,
    modelIds: [{ modelId, upstreamModel: 'random' }],
  });
  await cloud.untilHeard();
  return { customer: await cloud.customer(100_000_000n), modelId };
}

test('the local model chats, streams, completes and embeds, and is charged exactly what it reports', async ({
  cloud,
}) => {
  const { customer, modelId } = await aLocalCloud(cloud);
  const { client } = customer;
  const whole = await client.chat.completions.create({
    model: modelId,
    messages,
    max_completion_tokens: 20,
    temperature: 0,
  });
  let text = '';
  const usages = [];
  const stream = await client.chat.completions.create({
    model: modelId,
    messages,
    max_completion_tokens: 20,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    if (chunk.usage) usages.push(chunk.usage);
  }
  expect(text).toBe(whole.choices[0]?.message.content);
  expect(usages).toEqual([whole.usage]);
  const completion = await client.completions.create({ model: modelId, prompt: 'Once upon', max_tokens: 5 });
  const embedding = await client.embeddings.create({ model: modelId, input: ['one', 'two'] });
  expect(embedding.data).toHaveLength(2);
  const reported = [whole.usage, usages[0], completion.usage, { ...embedding.usage, completion_tokens: 0 }];
  const rows = await cloud.usage(customer, 4);
  expect(
    rows.map(({ input_tokens, output_tokens, is_estimated }) => [input_tokens, output_tokens, is_estimated]),
  ).toEqual(reported.map((usage) => [usage?.prompt_tokens, usage?.completion_tokens, false]));
  for (const row of rows)
    expect(row.charge_micros).toBe(BigInt(row.input_tokens) * 1000n + BigInt(row.output_tokens) * 2000n);
});

test('whoever did not ask for usage sees none of it, though the local model reports it with every word', async ({
  cloud,
}) => {
  const { customer, modelId } = await aLocalCloud(cloud);
  const stream = await customer.client.chat.completions.create({
    model: modelId,
    messages,
    max_completion_tokens: 10,
    stream: true,
  });
  for await (const chunk of stream) {
    expect(chunk.usage ?? null).toBeNull();
    expect(chunk.choices).toHaveLength(1);
  }
  expect(await cloud.usage(customer, 1)).toMatchObject([{ is_estimated: false, outcome: 'completed' }]);
});

test('a client that leaves stops the local model and pays for exactly what it got', async ({ cloud }) => {
  const { customer, modelId } = await aLocalCloud(cloud);
  const stream = await customer.client.chat.completions.create({ model: modelId, messages, stream: true });
  let count = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) count += 1;
    if (count === 3) break;
  }
  stream.controller.abort();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'client_gone', is_estimated: false, is_streamed: true });
  expect(row?.output_tokens).toBeGreaterThanOrEqual(3);
  expect(row?.charge_micros).toBe(
    BigInt(row?.input_tokens ?? 0) * 1000n + BigInt(row?.output_tokens ?? 0) * 2000n,
  );
  expect(await cloud.usage(customer, 1)).toHaveLength(1);
});

test('what the local model refuses is refused in its words and costs nothing', async ({ cloud }) => {
  const { customer, modelId } = await aLocalCloud(cloud);
  const failure = await customer.client.chat.completions
    .create({ model: modelId, messages: [{ role: 'user', content: 'x '.repeat(20_000) }] })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(APIError);
  expect(failure).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  expect((await cloud.balance(customer)).posted).toBe(100_000_000n);
});

test('a second instance of the cloud works as an upstream of the first', async ({ cloud }) => {
  const { customer: inner, modelId } = await aLocalCloud(cloud);
  const outerModel = `${modelId}-resold`;
  await offerModel(cloud.system, outerModel);
  // Both are this process, so the loop guard is told apart by a proxy that renames the gateway.
  const renamed = await startForwarder(cloud.url);
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: outerModel,
    baseUrl: `${renamed.url}/v1`,
    apiKey: inner.secret,
    models: [{ modelId: outerModel, upstreamModel: modelId }],
    continuousUsage: false,
  });
  await cloud.untilHeard();
  const outer = await cloud.customer(100_000_000n);
  const reply = await outer.client.chat.completions.create({
    model: outerModel,
    messages,
    max_completion_tokens: 5,
  });
  let streamed = 0;
  for await (const chunk of await outer.client.chat.completions.create({
    model: outerModel,
    messages,
    max_completion_tokens: 5,
    stream: true,
  })) {
    if (chunk.choices[0]?.delta.content !== undefined) streamed += 1;
  }
  expect(streamed).toBeGreaterThan(0);
  const outerRows = await cloud.usage(outer, 2);
  const innerRows = await cloud.usage(inner, 2);
  expect(outerRows.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual(
    innerRows.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens]),
  );
  expect(outerRows[0]?.output_tokens).toBe(reply.usage?.completion_tokens);
  await renamed.close();
});
