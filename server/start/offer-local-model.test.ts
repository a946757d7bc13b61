import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { localModelIds, type RunningLocalModel, type startLocalModel } from './local-model.ts';
import { offerLocalModel } from './offer-local-model.ts';
import { sendJson } from '../testing/fake-upstream.ts';
import { type Cloud, type Customer, offerModel, test } from '../testing/gateway.ts';
import { testConfig } from '../testing/test-config.ts';

const model = 'candor-local';
const terminal = { say() {}, progress() {} };

/** A model server on a socket, in place of the one with weights. */
async function aModelServer() {
  const folder = await mkdtemp(join(tmpdir(), 'candor-local-'));
  const server = createServer((request, response) => {
    request.resume();
    sendJson(response, 200, {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  });
  const socketPath = join(folder, 'model.sock');
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  return socketPath;
}

function call(cloud: Cloud, { secret }: Customer) {
  return cloud.app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${secret}` },
    payload: { model, messages: [{ role: 'user', content: 'hi' }] },
  });
}

async function isListed(cloud: Cloud, { secret }: Customer): Promise<boolean> {
  const answer = await cloud.app.inject({
    url: '/v1/models',
    headers: { authorization: `Bearer ${secret}` },
  });
  return answer.json<{ data: { id: string }[] }>().data.some(({ id }) => id === model);
}

test('while the local model is loaded, and again after it has ended, calls are answered to retry; one that cannot be loaded does not exist', async ({
  cloud,
}) => {
  await offerModel(cloud.system, model);
  const customer = await cloud.customer(100_000_000n);
  const socketPath = await aModelServer();
  const events = new EventEmitter();
  const ended = once(events, 'ended').then(() => {});
  const start = async (...[, , , signal]: Parameters<typeof startLocalModel>) => {
    const [loaded] = (await once(events, 'loaded', { signal })) as [RunningLocalModel];
    return loaded;
  };
  const config = { ...testConfig, model: 'generated' } as const;
  const stop = offerLocalModel(cloud.system, config, cloud.app, terminal, start);
  onTestFinished(stop);

  const early = await call(cloud, customer);
  expect(early.statusCode).toBe(503);
  expect(early.headers['retry-after']).toBe('2');
  expect(early.json()).toEqual({
    error: expect.objectContaining({ type: 'server_error', code: 'model_loading', param: 'model' }),
  });
  expect(await isListed(cloud, customer)).toBe(true);

  events.emit('loaded', {
    socketPath,
    modelIds: localModelIds.map((modelId) => ({ modelId, upstreamModel: model })),
    ended,
    stop: async () => {},
  } satisfies RunningLocalModel);
  await expect.poll(async () => (await call(cloud, customer)).statusCode).toBe(200);

  events.emit('ended');
  await expect.poll(async () => (await call(cloud, customer)).statusCode).toBe(503);
  expect(await isListed(cloud, customer)).toBe(true);

  await expect.poll(() => events.listenerCount('loaded'), { timeout: 30_000 }).toBe(1);
  events.emit('error', new Error('the weights are broken'));
  await expect.poll(async () => (await call(cloud, customer)).statusCode).toBe(404);
  expect(await isListed(cloud, customer)).toBe(false);
});
