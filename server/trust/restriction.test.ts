import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { inTransaction } from '../kernel/db.ts';
import { restrictions } from '../modules/privacy/schema.ts';
import { anOperator, aPerson, aTenant } from '../testing/factories.ts';
import { test } from '../testing/test.ts';

test('DRUN-7.4 POOL-rts-3 a restricted person disappears at once for the purposes a restriction stops, and for no other', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const ctx = await aTenant(app, database, clock);
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const ownerSeen = async () => {
    const answer = await operator.call('POST', '/api/identity/tenants/search', { query: ctx.tenantId });
    return answer.json<{ items: { ownerUsername: string | null }[] }>().items[0]?.ownerUsername ?? null;
  };
  expect(await ownerSeen()).not.toBeNull();
  await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.insert(restrictions).values({ subjectId: userId, kind: 'requested', createdAt: clock.now() }),
  );
  expect(await ownerSeen()).toBeNull();
  const own = await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.select({ id: restrictions.subjectId }).from(restrictions),
  );
  expect(own).toEqual([{ id: userId }]);
  await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.delete(restrictions).where(eq(restrictions.subjectId, userId)),
  );
  expect(await ownerSeen()).not.toBeNull();
});

test('a person cannot restrict another', async ({ app, database, clock }) => {
  const ctx = await aTenant(app, database, clock);
  const other = await aPerson(app);
  const forged = inTransaction(ctx, 'rights', (ctx) =>
    ctx.db
      .insert(restrictions)
      .values({ subjectId: other.user.id, kind: 'requested', createdAt: clock.now() }),
  );
  await expect(forged).rejects.toMatchObject({ cause: { code: '42501' } });
});
