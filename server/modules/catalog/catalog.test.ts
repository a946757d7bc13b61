import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { priceMicros } from '../../kernel/money.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { listModels, loadPriceBook, type ModelCard, registerModel, setPrice } from './index.ts';

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
const price = { inputMicros: 500_000n, inputPerTokens: 1_000_000n, outputMicros: 3n, outputPerTokens: 2n };
const day = 86_400_000;

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
}

const versionsOf = async (ctx: Ctx, modelId: string) => (await loadPriceBook(ctx)).get(modelId);

test('a model without a price is shown and cannot be called', async ({ ctx, anonymous }) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('unpriced'));
  expect((await listModels(anonymous)).find(({ id }) => id === 'unpriced')).toMatchObject({ price: null });
  expect(await versionsOf(ctx, 'unpriced')).toBeUndefined();
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
  const first = await setPrice(system, { modelId: 'priced', ...price });
  const next = await setPrice(system, {
    modelId: 'priced',
    ...price,
    inputMicros: 1n,
    effectiveFrom: new Date(clock.now().getTime() + day),
  });
  expect((await versionsOf(ctx, 'priced'))?.versionId).toBe(first.id);
  clock.advanceMs(day - 1);
  expect((await versionsOf(ctx, 'priced'))?.versionId).toBe(first.id);
  clock.advanceMs(1);
  expect(await versionsOf(ctx, 'priced')).toMatchObject({
    versionId: next.id,
    input: { micros: 1n, perUnits: 1_000_000n },
    contextTokens: 2048,
  });
});

test('half a micro-yuan per token is exact', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('exact'));
  await setPrice(system, { modelId: 'exact', ...price });
  const entry = await versionsOf(ctx, 'exact');
  if (entry === undefined) throw new Error('no price');
  expect(
    priceMicros([
      { quantity: 3, price: entry.input },
      { quantity: 1, price: entry.output },
    ]),
  ).toBe(3n);
  expect(priceMicros([{ quantity: 1_000_000, price: entry.input }])).toBe(500_000n);
});

test('a price cannot start in the past, twice at one instant, or for nothing', async ({ ctx, clock }) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('strict'));
  expect(
    await codeOf(
      setPrice(system, { modelId: 'strict', ...price, effectiveFrom: new Date(clock.now().getTime() - 1) }),
    ),
  ).toBe('catalog.price_in_the_past');
  await setPrice(system, { modelId: 'strict', ...price });
  expect(await codeOf(setPrice(system, { modelId: 'strict', ...price }))).toBe('catalog.price_conflict');
  expect(await codeOf(setPrice(system, { modelId: 'nobody', ...price }))).toBe('catalog.model_not_found');
});

test('a price that starts at once is not in the past when time goes on while it is written', async ({
  ctx,
  clock,
}) => {
  const ticking = { now: () => (clock.advanceMs(1), clock.now()) };
  const system = { ...asSystem(ctx, 'test'), clock: ticking };
  await registerModel(system, card('at-once'));
  const { effectiveFrom, publishedAt } = await setPrice(system, { modelId: 'at-once', ...price });
  expect(effectiveFrom).toEqual(publishedAt);
});

test('a published price can never be changed, not even by the owner of the database', async ({
  ctx,
  database,
}) => {
  const system = asSystem(ctx, 'test');
  await registerModel(system, card('fixed'));
  await setPrice(system, { modelId: 'fixed', ...price });
  await expect(
    database.admin.query('update catalog.price_versions set input_micros = 0'),
  ).rejects.toMatchObject({ code: '23001' });
});

test('operators set prices over the API, others may not, everybody sees them', async ({
  ctx,
  app,
  database,
}) => {
  await registerModel(asSystem(ctx, 'test'), card('http'));
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const body = {
    modelId: 'http',
    inputMicros: 500_000,
    inputPerTokens: 1_000_000,
    outputMicros: 1_000_000,
    outputPerTokens: 1_000_000,
  };
  expect((await person.call('POST', '/api/catalog/prices', body)).statusCode).toBe(403);
  const created = await operator.call('POST', '/api/catalog/prices', body);
  expect(created.statusCode).toBe(201);
  const shown = await app.inject({ url: '/api/catalog/models' });
  expect(shown.json<{ items: { id: string }[] }>().items.find(({ id }) => id === 'http')).toMatchObject({
    price: {
      versionId: created.json<{ id: string }>().id,
      currency: 'CNY',
      input: { micros: 500_000, perUnits: 1_000_000 },
    },
  });
  expect((await operator.call('GET', '/api/catalog/prices?modelId=http')).json()).toMatchObject({
    items: [{ modelId: 'http', inputMicros: 500_000 }],
  });
  expect((await operator.call('POST', '/api/catalog/prices', { ...body, inputMicros: -1 })).statusCode).toBe(
    400,
  );
  expect(
    (await operator.call('POST', '/api/catalog/prices', { ...body, outputPerTokens: 0 })).statusCode,
  ).toBe(400);
});
