import { expect, onTestFinished } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { answerWell, sendJson } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, fund, offerModel, postChat, test } from '../../testing/gateway.ts';
import { buildTestApp } from '../../testing/test.ts';
import { setPrice } from '../catalog/index.ts';

// ¥1 per thousand tokens read, ¥2 per thousand written: an answer of a thousand tokens costs ¥2.

const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index} `);
const outputMicros = 2000n;

/** Reads a stream to its end: how many words came, and the code of an error event. */
async function readStream(answer: Response) {
  const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
  const parsed = events.map(
    (event) =>
      JSON.parse(event.slice('data: '.length)) as {
        choices?: { delta: { content?: string } }[];
        error?: { code: string };
      },
  );
  return {
    status: answer.status,
    words: parsed.filter(({ choices }) => choices?.[0]?.delta.content).length,
    code: parsed.find(({ error }) => error !== undefined)?.error?.code ?? null,
  };
}

async function owed({ person }: Customer): Promise<number> {
  return (await person.call('GET', '/api/wallet')).json<{ owedMicros?: number }>().owedMicros ?? 0;
}

test('a stream whose maximum the wallet cannot pay for begins all the same, grows, and ends where the money does', async ({
  cloud,
}) => {
  const balance = 5_000_000n;
  const customer = await cloud.customer(balance);
  cloud.upstream.script(answerWell({ words: words(3) }));
  const most = { stream: true, max_tokens: 8000 };
  expect(await readStream(await postChat(cloud, customer, most))).toEqual({
    status: 200,
    words: 3,
    code: null,
  });
  cloud.upstream.script(answerWell({ words: words(5000) }));
  const long = await readStream(await postChat(cloud, customer, most));
  expect(long).toMatchObject({ status: 200, code: 'insufficient_quota' });
  const [short, cut] = await cloud.usage(customer, 2);
  expect(short).toMatchObject({ charge_micros: 16_000n, outcome: 'completed' });
  expect(cut).toMatchObject({ outcome: 'balance_exhausted' });
  const { posted } = await cloud.balance(customer);
  expect(posted).toBe(balance - 16_000n - (cut?.charge_micros ?? 0n));
  expect(posted).toBeGreaterThanOrEqual(0n);
  // All of it was there for the answer: about ¥4.98 in words of ¥0.002.
  expect(long.words).toBeGreaterThan(2300);
  expect(await owed(customer)).toBe(0);
});

test('one request with a large bound does not take the whole wallet from the next', async ({ cloud }) => {
  const customer = await cloud.customer(6_000_000n);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  cloud.upstream.script(answerWell({ words: words(5), gates: { 2: gate } }));
  const asked = await Promise.all(
    [1, 2].map(() => postChat(cloud, customer, { stream: true, max_tokens: 8000 })),
  );
  expect(asked.map(({ status }) => status)).toEqual([200, 200]);
  open();
  for (const answer of asked) expect(await readStream(answer)).toMatchObject({ words: 5, code: null });
});

test('a top-up while the last money is being used lets the answer go on', async ({ cloud }) => {
  const customer = await cloud.customer(3_000_000n);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  // At 1400 words the hold was to grow and could not.
  cloud.upstream.script(answerWell({ words: words(2000), gates: { 1400: gate } }));
  const answer = await postChat(cloud, customer, { stream: true });
  await expect.poll(async () => (await cloud.balance(customer)).held).toBe(3_000_000n);
  await fund(cloud.system, customer.person.tenant.id, 10_000_000n);
  open();
  expect(await readStream(answer)).toMatchObject({ words: 2000, code: null });
  expect(await cloud.usage(customer, 1)).toMatchObject([{ outcome: 'completed', output_tokens: 2000 }]);
});

test('a whole answer whose maximum the wallet cannot pay for is bounded to what it can, whichever field says so', async ({
  cloud,
}) => {
  const customer = await cloud.customer(1_000_000n);
  cloud.upstream.script((request, response) => {
    const { max_tokens: most, max_completion_tokens: mostToo } = request.body;
    return answerWell({ outputTokens: Number(mostToo ?? most), inputTokens: 10 })(request, response);
  });
  const answer = await postChat(cloud, customer, { max_tokens: 8000, max_completion_tokens: 7000, n: 2 });
  expect(answer.status).toBe(200);
  const { max_tokens: bound, max_completion_tokens: boundToo } = cloud.upstream.seen[0]?.body ?? {};
  expect(boundToo).toBe(bound);
  // ¥1 less the input, for two answers.
  expect(Number(bound)).toBeGreaterThan(200);
  expect(Number(bound) * 2).toBeLessThan(500);
  await cloud.usage(customer, 1);
  const paid = await postChat(cloud, await cloud.customer(100_000_000n), { max_tokens: 8000 });
  expect(paid.status).toBe(200);
  expect(cloud.upstream.seen.at(-1)?.body['max_tokens']).toBe(8000);
});

test('what could be neither bounded nor ended in time is refused as before: nothing is sent, nothing charged', async ({
  cloud,
}) => {
  const customer = await cloud.customer(1_000_000n);
  // A usual answer has a thousand tokens.
  expect((await postChat(cloud, customer)).status).toBe(429);
  const poor = await cloud.customer(100_000n);
  for (const more of [{ stream: true }, { stream: true, max_tokens: 8000 }, { max_tokens: 8000 }])
    expect((await postChat(cloud, poor, more)).status, JSON.stringify(more)).toBe(429);
  expect(cloud.upstream.seen).toHaveLength(0);
  expect(await cloud.balance(poor)).toEqual({ posted: 100_000n, held: 0n });
});

test('a model whose reasoning is dearer than its answers is held for by the dearer price', async ({
  cloud,
  clock,
}) => {
  const prices = [
    { meter: 'gateway.input-tokens', micros: 1000n, perUnits: 1n },
    { meter: 'gateway.output-tokens', micros: 2000n, perUnits: 1n },
    { meter: 'gateway.reasoning-tokens', micros: 20_000n, perUnits: 1n },
  ] as const;
  const modelId = `${cloud.modelId}-thinks`;
  await offerModel(cloud.system, modelId);
  clock.advanceMs(1);
  await setPrice(cloud.system, { sku: modelId, prices: [...prices] });
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'x' }],
  });
  await cloud.untilHeard();
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, {
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 50,
        total_tokens: 60,
        completion_tokens_details: { reasoning_tokens: 49 },
      },
    }),
  );
  const ask = (customer: Customer) => postChat(cloud, customer, { model: modelId, max_tokens: 50 });
  // Enough for the input and fifty tokens of the answer, not for fifty of reasoning.
  expect((await ask(await cloud.customer(500_000n))).status).toBe(429);
  const customer = await cloud.customer(1_200_000n);
  expect((await ask(customer)).status).toBe(200);
  const cost = 10n * 1000n + outputMicros + 49n * 20_000n;
  expect(await cloud.usage(customer, 1)).toMatchObject([{ charge_micros: cost }]);
});

test('over two gateways, streams without end on one small wallet never take more than is in it', async ({
  cloud,
  database,
  clock,
}) => {
  const second = await buildTestApp(database, clock, createLog('silent'));
  const url = await second.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    second.server.closeAllConnections();
    await second.close();
  });
  const balance = 4_000_000n;
  const customer = await cloud.customer(balance);
  cloud.upstream.script(answerWell({ words: words(900) }));
  const gateways: readonly Cloud[] = [cloud, { ...cloud, url }];
  const streams = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const answer = await postChat(gateways[index % 2] ?? cloud, customer, {
        stream: true,
        max_tokens: 8000,
      });
      return answer.status === 200 ? readStream(answer) : { status: answer.status, words: 0, code: null };
    }),
  );
  const begun = streams.filter(({ status }) => status === 200);
  expect(begun.length).toBeGreaterThan(1);
  expect(streams.every(({ status }) => status === 200 || status === 429)).toBe(true);
  const rows = await cloud.usage(customer, begun.length);
  expect(rows).toHaveLength(begun.length);
  const charged = rows.reduce((sum, { charge_micros: micros }) => sum + micros, 0n);
  const { posted } = await cloud.balance(customer);
  expect(posted).toBe(balance - charged);
  expect(posted).toBeGreaterThanOrEqual(0n);
  expect(await owed(customer)).toBe(0);
  expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
});
