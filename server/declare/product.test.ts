import { buildApp } from '../http/app.ts';
import { createCandor } from '../candor.ts';
import { asSystem } from '../kernel/context.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';
import { inTransaction } from '../kernel/db.ts';
import { defineEvent, publish, subscribe } from '../kernel/events.ts';
import { defineJob } from '../kernel/jobs.ts';
import { createLog } from '../kernel/log.ts';
import { testConfig } from '../testing/test-config.ts';
import { type Database, test } from '../testing/test.ts';
import { expect } from 'vitest';
import { z } from 'zod';
import { outbox } from '../modules/notifications/schema.ts';
import { modules } from '../modules.ts';
import { defineModule, type Module } from './define-module.ts';
import { authorize } from './permissions.ts';
import { createProduct } from './product.ts';

const nothing = { sinks: [], metrics: [] };
const ids = z.object({ id: z.string() });
const somethingHappened = defineEvent('lower.something-happened', ids);

function productOf(...modules: Module[]) {
  return () => createProduct(modules, nothing);
}

async function queuedNames({ admin }: Database): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select tasks.identifier as name from graphile_worker._private_jobs jobs
     join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id where tasks.identifier like 'upper%'`,
  );
  return rows.map(({ name }) => name).toSorted();
}

test('two applications in one process share no job, no sink and no number', async ({
  ctx,
  database,
  clock,
}) => {
  const [withMoney, withoutMoney] = [createCandor(), createCandor()];
  const common = { ...ctx, clock, log: createLog('silent'), databaseUrl: database.appUrl };
  const apps = await Promise.all([
    buildApp({ ...common, product: withMoney, config: { ...testConfig, sandboxPayments: true } }),
    buildApp({ ...common, product: withoutMoney, config: { ...testConfig, sandboxPayments: false } }),
  ]);
  const delivery = 'wallet.deliver-sandbox-notification';
  expect(withMoney.jobs.find(delivery)).toBeDefined();
  expect(withoutMoney.jobs.find(delivery)).toBeUndefined();
  const facts = { name: 'test_total', help: 'test' };
  withMoney.metrics.counter(facts).inc();
  expect(await withMoney.metrics.registry.metrics()).toContain('test_total 1');
  expect(await withoutMoney.metrics.registry.metrics()).not.toContain('test_total');
  const sinksOf = (product: typeof withMoney) => product.sinks.all();
  const shared = sinksOf(withMoney).filter((sink) => sinksOf(withoutMoney).includes(sink));
  expect(shared.map(({ name }) => name)).toEqual(['job-queue', 'local-model', 'server-log']);
  const memoryOf = (product: typeof withMoney) => product.sinks.find('gateway-memory');
  const [ofOne, ofOther] = [memoryOf(withMoney), memoryOf(withoutMoney)];
  await apps[0]?.close();
  expect(memoryOf(withMoney), 'what a process without a gateway says').not.toBe(ofOne);
  expect(memoryOf(withMoney)).toBe(memoryOf(createCandor()));
  expect(memoryOf(withoutMoney), 'the other goes on').toBe(ofOther);
  await apps[1]?.close();
});

test('an event adds one job for each module that hears of it, exactly when it happened', async ({
  ctx,
  database,
}) => {
  const heard = (job: string) => subscribe(somethingHappened, job, async () => {});
  const { registry } = database.product;
  const own = productOf(
    defineModule('lower', { emits: [somethingHappened] }),
    defineModule('upper', { calls: ['lower'], on: [heard('upper.note'), heard('upper.tell')] }),
  )();
  // The roles of the database are those of its own declarations.
  const system = { ...asSystem(ctx, 'test'), product: { ...own, registry } };
  const happens = (end: () => void) =>
    inTransaction(system, 'account', async (ctx) => {
      await publish(ctx, somethingHappened, { id: 'x' });
      end();
    });
  await expect(
    happens(() => {
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await queuedNames(database)).toEqual([]);
  await happens(() => {});
  expect(await queuedNames(database)).toEqual(['upper.note', 'upper.tell']);
});

test('a product refuses modules that contradict each other', () => {
  const job = (name: string) => defineJob(name, z.object({}), async () => {});
  const lower = defineModule('lower', { jobs: [job('lower.work')] });
  expect(productOf(defineModule('upper', { calls: ['lower'] }), lower)).toThrow('upper calls lower');
  expect(productOf(lower, lower)).toThrow('two modules are called lower');
  const hearing = subscribe(somethingHappened, 'upper.note', async () => {});
  expect(productOf(lower, defineModule('upper', { on: [hearing] }))).toThrow(
    'upper hears of lower.something-happened, which no module before it emits',
  );
  expect(() => defineModule('upper', { jobs: [job('lower.work')] })).toThrow('does not begin with upper');
  expect(productOf(defineModule('upper', { jobs: [job('upper.a'), job('upper.a')] }))).toThrow(
    'two modules bring upper.a',
  );
  expect(productOf(defineModule('upper', { schema: { outbox } }))).toThrow(
    'upper brings the table notifications.outbox',
  );
});

test('the declarations have one hash and one set of rules, in whatever order a loader lists tables and messages', () => {
  const { registry } = createCandor();
  const { hash, tables } = registry;
  const backwards = modules.map((module) => ({
    ...module,
    schema: Object.fromEntries(Object.entries(module.schema ?? {}).toReversed()),
    messages: module.messages?.toReversed() ?? [],
  }));
  const other = createProduct(backwards, nothing).registry;
  expect(other.tables.map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
  expect(other.hash).toBe(hash);
  expect(ruleOptionsOf(other).ruleSet).toBe(ruleOptionsOf(registry).ruleSet);
});

test('a permission that no module of the product brings is given to nobody', ({ ctx }) => {
  const bare = { ...ctx, product: createProduct([], nothing) };
  expect(() => authorize(bare, 'wallet:read')).toThrow('You may not do this');
  expect(() => authorize(ctx, 'wallet:read')).not.toThrow();
});
