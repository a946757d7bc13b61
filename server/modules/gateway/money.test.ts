import OpenAI, { APIError } from 'openai';
import { expect, onTestFinished } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, fund, offerModel, test } from '../../testing/gateway.ts';
import { roleOf } from '../../kernel/database-options.ts';
import { registry } from '../../testing/registry.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];

function ask(cloud: Cloud, customer: Customer, options: object = {}) {
  return customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    max_completion_tokens: 3,
    ...options,
  });
}

async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 200;
  } catch (error) {
    return error instanceof APIError && typeof error.status === 'number' ? error.status : -1;
  }
}

test(
  '64 clients on one small balance never overspend it by a micro-yuan',
  { timeout: 60_000 },
  async ({ cloud }) => {
    const balance = 1_000_000n;
    const customer = await cloud.customer(balance);
    const rounds = 4;
    const statuses = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const client = new OpenAI({ baseURL: `${cloud.url}/v1`, apiKey: customer.secret, maxRetries: 0 });
        const seen: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const stream = (index + round) % 2 === 0;
          seen.push(
            await statusOf(
              readAll(
                client.chat.completions.create({
                  model: cloud.modelId,
                  messages,
                  max_completion_tokens: 3,
                  stream,
                }),
              ),
            ),
          );
        }
        return seen;
      }),
    );
    const sent = statuses.flat();
    const accepted = sent.filter((status) => status === 200).length;
    const refused = sent.filter((status) => status === 429).length;
    expect(sent.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    expect(accepted + refused).toBe(64 * rounds);
    const rows = await cloud.usage(customer, accepted);
    expect(rows).toHaveLength(accepted);
    expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(accepted);
    const charged = rows.reduce((sum, row) => sum + row.charge_micros, 0n);
    expect(charged).toBe(BigInt(accepted) * 16_000n);
    const { posted } = await cloud.balance(customer);
    expect(posted).toBe(balance - charged);
    expect(posted).toBeGreaterThanOrEqual(0n);
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect(await debtOf(cloud, customer)).toBe(0n);
    expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
  },
);

test('money that no request uses is back in the wallet after a few idle seconds', async ({
  cloud,
  clock,
}) => {
  const customer = await cloud.customer(50_000_000n);
  await ask(cloud, customer);
  await cloud.usage(customer, 1);
  expect((await cloud.balance(customer)).held).toBeGreaterThan(0n);
  clock.advanceMs(5_000);
  await expect.poll(async () => (await cloud.balance(customer)).held, { timeout: 10_000 }).toBe(0n);
  expect((await cloud.balance(customer)).posted).toBe(50_000_000n - 16_000n);
});

test('an answer longer than expected grows its hold while it streams', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n);
  const words = Array.from({ length: 3000 }, (_, index) => `w${index} `);
  cloud.upstream.script(answerWell({ words }));
  let count = 0;
  for await (const chunk of await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  })) {
    if (chunk.choices[0]?.delta.content) count += 1;
  }
  expect(count).toBe(3000);
  expect(await cloud.usage(customer, 1)).toMatchObject([
    { output_tokens: 3000, charge_micros: 10n * 1000n + 3000n * 2000n, outcome: 'completed' },
  ]);
});

test('an answer that the wallet cannot pay for ends with an error, and no more than the balance is charged', async ({
  cloud,
}) => {
  // Enough for a typical answer of about a thousand tokens, not for five thousand.
  const balance = 3_000_000n;
  const customer = await cloud.customer(balance);
  cloud.upstream.script(answerWell({ words: Array.from({ length: 5000 }, (_, index) => `w${index} `) }));
  let count = 0;
  const reading = (async () => {
    for await (const chunk of await customer.client.chat.completions.create({
      model: cloud.modelId,
      messages,
      stream: true,
    })) {
      if (chunk.choices[0]?.delta.content) count += 1;
    }
  })();
  const failure = await reading.catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'insufficient_quota' });
  expect(count).toBeGreaterThan(500);
  expect(count).toBeLessThan(5000);
  const [row] = await cloud.usage(customer, 1);
  expect(row?.charge_micros).toBeLessThanOrEqual(balance);
  expect((await cloud.balance(customer)).posted).toBe(balance - (row?.charge_micros ?? 0n));
  expect(await debtOf(cloud, customer)).toBe(0n);
});

test('an answer that costs more than could be held for it is given away beyond that, never owed', async ({
  cloud,
}) => {
  const balance = 60_000n;
  const customer = await cloud.customer(balance);
  cloud.upstream.script(answerWell({ outputTokens: 900 }));
  await ask(cloud, customer);
  const [row] = await cloud.usage(customer, 1);
  expect(row?.charge_micros).toBeLessThanOrEqual(balance);
  expect(row?.charge_micros).toBe(
    BigInt(row?.input_tokens ?? 0) * 1000n + BigInt(row?.output_tokens ?? 0) * 2000n,
  );
  expect((await cloud.balance(customer)).posted).toBe(balance - (row?.charge_micros ?? 0n));
  expect(await debtOf(cloud, customer)).toBe(0n);
});

test('a settlement whose commit was not heard of is booked once', async ({ cloud, database }) => {
  const customer = await cloud.customer(10_000_000n);
  // Every third settlement commits and then looks as if it had failed.
  const restore = failAfterCommit(database.db.$client, (turn) => turn % 3 === 0);
  onTestFinished(restore);
  const calls = 40;
  const statuses = await Promise.all(Array.from({ length: calls }, () => statusOf(ask(cloud, customer))));
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  const rows = await cloud.usage(customer, calls);
  expect(rows).toHaveLength(calls);
  const charged = rows.reduce((sum, row) => sum + row.charge_micros, 0n);
  expect(charged).toBe(BigInt(calls) * 16_000n);
  await expect
    .poll(async () => (await cloud.balance(customer)).posted, { timeout: 10_000 })
    .toBe(10_000_000n - charged);
  const tokens = (await customer.person.call('GET', '/api/identity/api-keys')).json<{
    items: { tokensUsed: number }[];
  }>().items[0]?.tokensUsed;
  expect(tokens).toBe(calls * 13);
  expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
});

test('a free model asks for no money, and is metered all the same', async ({ cloud }) => {
  const customer = await cloud.customer(0n);
  const modelId = `${cloud.modelId}-free`;
  await offerModel(cloud.system, modelId, { input: 0n, output: 0n });
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'x' }],
  });
  await cloud.untilHeard();
  await customer.client.chat.completions.create({ model: modelId, messages });
  expect(await cloud.usage(customer, 1)).toMatchObject([
    { charge_micros: 0n, input_tokens: 10, output_tokens: 3 },
  ]);
});

test('a new top-up is usable at once', async ({ cloud }) => {
  const customer = await cloud.customer(0n);
  expect(await statusOf(ask(cloud, customer))).toBe(429);
  await fund(cloud.system, customer.person.tenant.id, 1_000_000n);
  expect(await statusOf(ask(cloud, customer))).toBe(200);
});

async function readAll(call: PromiseLike<unknown>): Promise<void> {
  const answer = await call;
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return;
  for await (const _chunk of answer as AsyncIterable<unknown>);
}

async function debtOf(cloud: Cloud, { person }: Customer): Promise<bigint> {
  const rows = (await person.call('GET', '/api/wallet')).json<{ owedMicros?: number }>();
  return BigInt(rows.owedMicros ?? 0);
}

interface Connectable {
  connect(): Promise<{ query(text: unknown, ...rest: unknown[]): Promise<unknown> }>;
}

/** Lets commits of settlements through and then reports an error, as when the answer is lost on the way. */
function failAfterCommit(pool: Connectable, isLost: (turn: number) => boolean): () => void {
  const connect = pool.connect.bind(pool);
  let turn = 0;
  const lossy: Connectable['connect'] = async () => {
    const client = await connect();
    const query = client.query.bind(client);
    let isSettlement = false;
    client.query = async (text, ...rest) => {
      if (typeof text === 'string' && text.startsWith('set local role'))
        isSettlement = text.includes(roleOf(registry, 'settlement')) && text.includes('gateway');
      const result = await query(text, ...rest);
      if (text === 'commit') {
        client.query = query;
        if (isSettlement && isLost((turn += 1))) throw new Error('Connection terminated');
      }
      return result;
    };
    return client;
  };
  pool.connect = lossy;
  return () => {
    pool.connect = connect;
  };
}
