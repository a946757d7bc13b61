import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { priceMicros } from '../../kernel/money.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { loadPriceBook, type ModelCard, registerModel, setPrice } from './index.ts';

const card = (id: string) =>
  ({
    id,
    displayName: { zh: '小模型', en: 'Small model' },
    description: { zh: '测试用', en: 'For tests' },
    provider: 'test',
    kind: 'chat',
    contextTokens: 2048,
    tags: ['test'],
    isNonsense: false,
  }) satisfies ModelCard;
const output = { meter: 'gateway.output-tokens', micros: 3n, perUnits: 2n };
const prices = [{ meter: 'gateway.input-tokens', micros: 500_000n, perUnits: 1_000_000n }, output];
const day = 86_400_000;

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
}

const versionsOf = async (ctx: Ctx, modelId: string) => (await loadPriceBook(ctx)).get(modelId);

test('a model is shown to operators alone, and cannot be called, while no price for all it uses is in force', async ({
  ctx,
  app,
  database,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const id = 'unpriced';
  const seenBy = async (caller: typeof person | null) => {
    const url = '/api/catalog/models';
    const answer = await (caller === null ? app.inject({ url }) : caller.call('GET', url));
    return answer.json<{ items: { id: string; isOffered: boolean }[] }>().items.find((one) => one.id === id);
  };
  const seen = async () => ({
    operator: (await seenBy(operator))?.isOffered,
    person: (await seenBy(person))?.isOffered,
    stranger: (await seenBy(null))?.isOffered,
    isCallable: (await versionsOf(ctx, id)) !== undefined,
  });
  const hidden = { operator: false, person: undefined, stranger: undefined, isCallable: false };
  await registerModel(system, { ...card(id), kind: 'embedding' });
  expect(await seen(), 'no price').toEqual(hidden);
  const effectiveFrom = new Date(clock.now().getTime() + 60_000);
  await setPrice(system, { sku: id, prices: prices.slice(0, 1), effectiveFrom });
  expect(await seen(), 'a price to come').toEqual(hidden);
  clock.advanceMs(60_000);
  expect(await seen()).toEqual({ operator: true, person: true, stranger: true, isCallable: true });
  await registerModel(system, { ...card(id), kind: 'chat' });
  expect(await seen(), 'no price for what a chat model writes').toEqual(hidden);
});

test('registering the same card again changes nothing and is not a new audit entry', async ({
  ctx,
  database,
}) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('again'));
  await registerModel(system, card('again'));
  await registerModel(system, { ...card('again'), isNonsense: true });
  const { rows } = await database.admin.query(
    `select 1 from audit.entries where action = 'catalog.model_registered' and target_id = 'again'`,
  );
  expect(rows).toHaveLength(2);
});

test('the price that holds is the newest that has started; earlier ones stay readable', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('priced'));
  const first = await setPrice(system, { sku: 'priced', prices });
  const next = await setPrice(system, {
    sku: 'priced',
    prices: [{ meter: 'gateway.input-tokens', micros: 1n, perUnits: 1_000_000n }, output],
    effectiveFrom: new Date(clock.now().getTime() + day),
  });
  expect((await versionsOf(ctx, 'priced'))?.versionId).toBe(first.id);
  clock.advanceMs(day - 1);
  expect((await versionsOf(ctx, 'priced'))?.versionId).toBe(first.id);
  clock.advanceMs(1);
  const held = await versionsOf(ctx, 'priced');
  expect(held).toMatchObject({ versionId: next.id, contextTokens: 2048 });
  expect(held?.prices.get('gateway.input-tokens')).toMatchObject({ micros: 1n, perUnits: 1_000_000n });
});

test('half a micro-yuan per token is exact', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('exact'));
  await setPrice(system, { sku: 'exact', prices });
  const book = (await versionsOf(ctx, 'exact'))?.prices;
  const price = (meter: string) => book?.get(meter) ?? { micros: -1n, perUnits: 1n };
  expect(
    priceMicros([
      { quantity: 3, price: price('gateway.input-tokens') },
      { quantity: 1, price: price('gateway.output-tokens') },
    ]),
  ).toBe(3n);
  expect(priceMicros([{ quantity: 1_000_000, price: price('gateway.input-tokens') }])).toBe(500_000n);
});

test('a meter without a price costs what its parent does, and nothing is free that may not be', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('meters'));
  const cached = { meter: 'gateway.cached-input-tokens', micros: 1n, perUnits: 10n };
  await setPrice(system, { sku: 'meters', prices: [...prices, cached] });
  const book = (await versionsOf(ctx, 'meters'))?.prices;
  expect(book?.get('gateway.cached-input-tokens')).toMatchObject({ micros: 1n, perUnits: 10n });
  expect(book?.get('gateway.cache-write-tokens')).toBe(book?.get('gateway.input-tokens'));
  expect(book?.get('gateway.reasoning-tokens')).toBe(book?.get('gateway.output-tokens'));
  expect(book?.get('gateway.calls')).toEqual({ micros: 0n, perUnits: 1n });
  const refused = (list: typeof prices) => codeOf(setPrice(system, { sku: 'meters', prices: list }));
  expect(await refused([cached])).toBe('catalog.price_incomplete');
  expect(await refused([output])).toBe('catalog.price_incomplete');
  expect(await refused([...prices, output])).toBe('kernel.invalid_input');
  expect(await refused([...prices, { ...cached, meter: 'gateway.nonsense' }])).toBe('kernel.invalid_input');
});

test('a price cannot start in the past, twice at one instant, or for nothing', async ({ ctx, clock }) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('strict'));
  expect(
    await codeOf(
      setPrice(system, { sku: 'strict', prices, effectiveFrom: new Date(clock.now().getTime() - 1) }),
    ),
  ).toBe('catalog.price_in_the_past');
  await setPrice(system, { sku: 'strict', prices });
  expect(await codeOf(setPrice(system, { sku: 'strict', prices }))).toBe('catalog.price_conflict');
  expect(await codeOf(setPrice(system, { sku: 'nobody', prices }))).toBe('catalog.model_not_found');
});

test('a price that starts at once is not in the past when time goes on while it is written', async ({
  ctx,
  clock,
}) => {
  const ticking = { now: () => (clock.advanceMs(1), clock.now()) };
  const system = { ...asSystem(ctx, 'test'), clock: ticking };
  await registerModel(system, card('at-once'));
  const { effectiveFrom, publishedAt } = await setPrice(system, { sku: 'at-once', prices });
  expect(effectiveFrom).toEqual(publishedAt);
});

test('a published price can never be changed, not even by the owner of the database', async ({
  ctx,
  database,
}) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('fixed'));
  await setPrice(system, { sku: 'fixed', prices });
  await expect(
    database.admin.query(`update catalog.price_versions set micros = '{0,0}'`),
  ).rejects.toMatchObject({ code: '23001' });
});

test('operators set prices over the API, others may not, every customer sees them', async ({
  ctx,
  app,
  database,
}) => {
  await registerModel(asSystem(ctx, 'test'), card('http'));
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const input = { meter: 'gateway.input-tokens', micros: 500_000, perUnits: 1_000_000 };
  const written = { meter: 'gateway.output-tokens', micros: 1_000_000, perUnits: 1_000_000 };
  const body = { sku: 'http', prices: [input, written] };
  expect((await person.call('POST', '/api/catalog/prices', body)).statusCode).toBe(403);
  const created = await operator.call('POST', '/api/catalog/prices', body);
  expect(created.statusCode).toBe(201);
  const shown = await app.inject({ url: '/api/catalog/models' });
  expect(shown.json<{ items: { id: string }[] }>().items.find(({ id }) => id === 'http')).toMatchObject({
    price: {
      versionId: created.json<{ id: string }>().id,
      currency: 'CNY',
      prices: [input, written],
    },
  });
  expect((await operator.call('GET', '/api/catalog/prices?sku=http')).json()).toMatchObject({
    items: [{ sku: 'http', prices: [input, written] }],
  });
  for (const wrong of [
    { ...written, micros: -1 },
    { ...written, perUnits: 0 },
  ]) {
    const answer = await operator.call('POST', '/api/catalog/prices', { ...body, prices: [input, wrong] });
    expect(answer.statusCode).toBe(400);
  }
});

test('each kind of model needs the prices of what it uses: an embedding writes nothing, a chat model writes', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const [input] = prices;
  if (input === undefined) throw new Error('no price of input');
  for (const kind of ['embedding', 'rerank', 'moderation'] as const) {
    await registerModel(system, { ...card(kind), kind });
    await setPrice(system, { sku: kind, prices: [input] });
    const version = await versionsOf(ctx, kind);
    expect(version?.kind).toBe(kind);
    expect(version?.prices.get('gateway.output-tokens'), 'never used').toEqual({ micros: 0n, perUnits: 1n });
    expect(await codeOf(setPrice(system, { sku: kind, prices: [output] }))).toBe('catalog.price_incomplete');
  }
  await registerModel(system, { ...card('becomes-chat'), kind: 'embedding' });
  await setPrice(system, { sku: 'becomes-chat', prices: [input] });
  await registerModel(system, { ...card('becomes-chat'), kind: 'chat' });
  expect(await versionsOf(ctx, 'becomes-chat'), 'its price is not one of a chat model').toBeUndefined();
  expect(await codeOf(setPrice(system, { sku: 'becomes-chat', prices: [input] }))).toBe(
    'catalog.price_incomplete',
  );
});
