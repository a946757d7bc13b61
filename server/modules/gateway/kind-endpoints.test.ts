import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { sendJson } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../testing/gateway.ts';
import { sellModel } from '../../testing/kinds.ts';
import { type MeterPrice, type ModelKind, modelKinds } from '../catalog/index.ts';

// What holds for every kind of model, whatever it makes.

interface Call {
  readonly path: string;
  readonly prices: readonly MeterPrice[];
  readonly body: object;
  readonly chargeMicros: bigint;
  /** JSON, or sound. */
  readonly reply: object;
  readonly namesModel: boolean;
}

const plenty = 100_000_000n;
const price = (meter: string, micros: bigint) => ({ meter: `gateway.${meter}`, micros, perUnits: 1n });
const perToken = [price('input-tokens', 1000n)];
const ofText = { prices: perToken, chargeMicros: 5000n, namesModel: true };

/** A right request for each kind, and a right answer. */
const calls: Readonly<Record<ModelKind, Call>> = {
  chat: {
    path: 'chat/completions',
    prices: [...perToken, price('output-tokens', 2000n)],
    body: { messages: [{ role: 'user', content: 'Hi' }] },
    chargeMicros: 7000n,
    reply: {
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
    },
    namesModel: true,
  },
  embedding: {
    ...ofText,
    path: 'embeddings',
    body: { input: 'Hi' },
    reply: { data: [{ index: 0, embedding: [1] }], usage: { prompt_tokens: 5, total_tokens: 5 } },
  },
  rerank: {
    ...ofText,
    path: 'rerank',
    body: { query: 'Hi', documents: ['a'] },
    reply: { results: [{ index: 0, relevance_score: 1 }], usage: { total_tokens: 5 } },
  },
  moderation: {
    ...ofText,
    path: 'moderations',
    body: { input: 'Hi' },
    reply: {
      results: [{ flagged: false, categories: {}, category_scores: {} }],
      usage: { prompt_tokens: 5 },
    },
  },
  image: {
    path: 'images/generations',
    prices: [price('images', 300_000n)],
    body: { prompt: 'A dot' },
    chargeMicros: 300_000n,
    reply: { created: 1, data: [{ b64_json: 'iVBORw0KGgo=' }] },
    namesModel: false,
  },
  speech: {
    path: 'audio/speech',
    prices: [price('characters', 100n)],
    body: { input: 'Hi', voice: 'alloy' },
    chargeMicros: 200n,
    reply: Buffer.from('ID3 twelve bytes of sound'),
    namesModel: false,
  },
};

async function ask(cloud: Cloud, { secret }: Customer, path: string, body: object) {
  const response = await fetch(`${cloud.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  // Guarantee: every answer under /v1 that is JSON is of this form.
  const said = (text.startsWith('{') ? JSON.parse(text) : {}) as {
    model?: string;
    error?: { code: string; message: string };
  };
  return { status: response.status, headers: response.headers, said };
}

function sendReply(response: ServerResponse, kind: ModelKind, reply: object): void {
  if (!Buffer.isBuffer(reply)) {
    sendJson(response, 200, { model: `vendor/${kind}`, ...reply });
    return;
  }
  response.writeHead(200, { 'content-type': 'audio/mpeg' });
  response.end(reply);
}

for (const kind of modelKinds) {
  test(`${kind}: a model is called at its own endpoint alone, under its public name, and does not exist without a price`, async ({
    cloud,
  }) => {
    const { path, prices, body, reply, chargeMicros, namesModel } = calls[kind];
    const customer = await cloud.customer(plenty);
    const unpriced = await sellModel(cloud, kind, null);
    expect(await ask(cloud, customer, path, { model: unpriced, ...body })).toMatchObject({
      status: 404,
      said: { error: { code: 'model_not_found' } },
    });
    const model = await sellModel(cloud, kind, prices);
    cloud.upstream.script((_request, response) => sendReply(response, kind, reply));
    for (const [other, call] of Object.entries(calls)) {
      if (other === kind || (kind === 'chat' && other === 'embedding')) continue;
      const { status, said } = await ask(cloud, customer, call.path, { model, ...call.body });
      expect([status, said.error?.code], call.path).toEqual([400, 'wrong_endpoint']);
      expect(said.error?.message).toContain(`/v1/${path}`);
    }
    expect(cloud.upstream.seen).toEqual([]);
    const answered = await ask(cloud, customer, path, { model, ...body });
    expect([answered.status, answered.said.model]).toEqual([200, namesModel ? model : undefined]);
    expect(cloud.upstream.seen).toMatchObject([{ path: `/v1/${path}`, body: { model: `vendor/${kind}` } }]);
    expect(await cloud.usage(customer, 1)).toMatchObject([
      { outcome: 'completed', charge_micros: chargeMicros, is_estimated: false },
    ]);
    expect((await cloud.balance(customer)).posted).toBe(plenty - chargeMicros);
  });

  test(`${kind}: limits, quotas and allowed models of a key hold, an empty wallet is refused, and a failed server is free`, async ({
    cloud,
  }) => {
    const { path, prices, body } = calls[kind];
    const model = await sellModel(cloud, kind, prices);
    const request = { model, ...body };
    const elsewhere = await cloud.customer(plenty, { allowedModels: ['another'] });
    expect((await ask(cloud, elsewhere, path, request)).said.error?.code).toBe('model_not_allowed');
    const poor = await cloud.customer(0n);
    const refused = await ask(cloud, poor, path, request);
    expect([refused.status, refused.said.error?.code]).toEqual([429, 'insufficient_quota']);
    const bounded = await cloud.customer(plenty, { moneyQuotaMicros: 1 });
    expect((await ask(cloud, bounded, path, request)).said.error?.code).toBe('insufficient_quota');
    expect(cloud.upstream.seen).toEqual([]);
    cloud.upstream.script((_request, response) => sendJson(response, 500, { error: { message: 'oom' } }));
    const limited = await cloud.customer(plenty, { requestsPerMinute: 1 });
    const failed = await ask(cloud, limited, path, request);
    expect([failed.status, failed.said.error?.code]).toEqual([502, 'upstream_failed']);
    expect(failed.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect((await ask(cloud, limited, path, request)).said.error?.code).toBe('rate_limit_exceeded');
    expect(await cloud.usage(limited, 1)).toMatchObject([{ outcome: 'upstream_failed', charge_micros: 0n }]);
    expect((await cloud.balance(limited)).posted).toBe(plenty);
  });
}
