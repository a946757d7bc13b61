import { expect } from 'vitest';
import { jsonPrices, test } from '../../testing/gateway.ts';

test('a model id of the longest length, slashes in it, is offered, priced, called, listed in prices and usage, and withdrawn', async ({
  cloud,
}) => {
  const customer = await cloud.customer(10_000_000n);
  const modelId = `vendor/${cloud.modelId}/`.padEnd(200, 'x/');
  const upstream = (id: string) => ({
    name: cloud.modelId.slice(0, 50).concat('-long'),
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId: id, upstreamModel: 'vendor/long', contextTokens: 4096 }],
  });
  const tooLong = await cloud.operator.call('POST', '/api/gateway/upstreams', upstream(`${modelId}x`));
  expect(tooLong.statusCode).toBe(400);
  expect((await cloud.operator.call('POST', '/api/gateway/upstreams', upstream(modelId))).statusCode).toBe(
    201,
  );
  const price = { sku: modelId, prices: jsonPrices };
  expect((await cloud.operator.call('POST', '/api/catalog/prices', price)).statusCode).toBe(201);
  const ask = () =>
    customer.client.chat.completions
      .create({ model: modelId, messages: [{ role: 'user', content: 'x' }] })
      .then(
        () => 'answered',
        () => 'refused',
      );
  await expect.poll(ask, { timeout: 10_000 }).toBe('answered');
  const inAddress = encodeURIComponent(modelId);
  const prices = await cloud.operator.call('GET', `/api/catalog/prices?sku=${inAddress}`);
  expect(prices.json()).toMatchObject({ items: [{ sku: modelId }] });
  const usage = await customer.person.call('GET', `/api/billing/usage/events?sku=${inAddress}`);
  expect(usage.statusCode).toBe(200);
  const withdrawn = await cloud.operator.call('DELETE', `/api/catalog/models/${inAddress}`);
  expect(withdrawn.statusCode).toBe(204);
});
