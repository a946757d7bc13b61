import { expect } from 'vitest';
import { offerModel, test } from '../../testing/gateway.ts';
import { answerWell } from '../../testing/fake-upstream.ts';

/** Deprecated by OpenAI, sent by programs all the same. */
const namesPerson: object = { user: 'lin' };

test('calls of a person who accepted before go to no company added since, until they accept; to the operator’s own servers they go on', async ({
  cloud,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const modelId = `${cloud.modelId}-outside`;
  cloud.upstream.script(answerWell());
  const chat = (model: string) =>
    customer.client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hello' }],
      ...namesPerson,
    });
  await offerModel(cloud.system, modelId);
  const added = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'vendor/model' }],
    operator: {
      name: `Company of ${modelId}`,
      contact: 'privacy@models.example',
      region: 'CN',
      contract: 'Data processing agreement',
      retentionDays: 0,
      mechanism: null,
      trains: false,
    },
  });
  expect(added.statusCode).toBe(201);
  await cloud.untilHeard();
  await expect(chat(modelId)).rejects.toMatchObject({ status: 403, code: 'recipient_not_accepted' });
  await chat(cloud.modelId);
  const seen = cloud.upstream.seen.length;
  const { version } = (await customer.person.call('GET', '/api/privacy/policy-standing')).json<{
    version: string;
  }>();
  await customer.person.call('POST', '/api/privacy/policy-standing/accept', { policyVersion: version });
  await chat(modelId);
  expect(cloud.upstream.seen.length).toBe(seen + 1);
  expect(cloud.upstream.seen.at(-1)?.body).not.toHaveProperty('user');
});
