import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { inTransaction } from '../../../kernel/db.ts';
import { aPerson } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { give, marketing } from './choices.fixture.ts';
import { ruleOptionsOf } from '../../../kernel/database-options.ts';

test('PIPL 14(2) DRUN-3.3.j CHIPL-1.5.d who agreed to less than a purpose covers today is not processed until they agree again', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const isSeen = () =>
    inTransaction(system, 'marketing', async (ctx) => {
      const { rows } = await ctx.db.execute(sql`select 1 from identity.users where id = ${person.user.id}`);
      return rows.length === 1;
    });
  expect(await isSeen()).toBe(true);
  await database.admin.query(
    `update privacy.consent_events set scope_hash = 'what the purpose covered before' where subject_id = $1`,
    [person.user.id],
  );
  expect(await isSeen()).toBe(false);
  const { state, mayAsk, shownToken } = await marketing(person);
  expect([state, mayAsk]).toEqual(['outdated', true]);
  await give(person, shownToken);
  expect(await isSeen()).toBe(true);
});

test('a purpose sees who agreed to it and not who agreed to another', async ({ app, ctx }) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const agreed = (purpose: 'marketing' | 'improvement') =>
    inTransaction(system, purpose, async (ctx) => {
      const { rows } = await ctx.db.execute(
        sql`select purpose from ${sql.raw(ruleOptionsOf(ctx.product.registry).consents.view)} where subject_id = ${person.user.id}`,
      );
      return rows;
    });
  expect(await agreed('marketing')).toEqual([{ purpose: 'marketing' }]);
  expect(await agreed('improvement')).toEqual([]);
});

test('DRUN-7.6 the later word counts: an objection stops what was agreed to, and agreeing again lifts it', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const isSeen = () =>
    inTransaction(system, 'marketing', async (ctx) => {
      const { rows } = await ctx.db.execute(sql`select 1 from identity.users where id = ${person.user.id}`);
      return rows.length === 1;
    });
  expect(await isSeen()).toBe(true);
  const objected = await person.call('PUT', '/api/privacy/objections/marketing');
  expect(objected.statusCode).toBeLessThan(300);
  expect(await isSeen()).toBe(false);
  await give(person, (await marketing(person)).shownToken);
  expect(await isSeen()).toBe(true);
});
