import { asSystem } from './context.ts';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { audit } from '../modules/audit/index.ts';
import { auditEntries } from '../modules/audit/schema.ts';
import type { Purpose } from '../declare/policy.ts';
import { test } from '../testing/test.ts';
import { inTransaction } from './db.ts';

/** SQLSTATE of what PostgreSQL answered, through Drizzle's wrapping. */
async function sqlState(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  }
  return 'no error';
}
const permissionDenied = '42501';

/** Guarantee: none. A caller that gets past the compiler with a name of its own making. */
function asPurpose(name: string): Purpose {
  return name as Purpose;
}

test('CHIPL-0.d a query outside a transaction fails inside PostgreSQL: the application owns nothing', async ({
  ctx,
}) => {
  expect(await sqlState(ctx.db.select().from(auditEntries))).toBe(permissionDenied);
});

test('CHIPL-0.d an undeclared purpose reads nothing, and one without access to a table not that table', async ({
  ctx,
}) => {
  const undeclared = inTransaction(ctx, asPurpose('training'), (ctx) => ctx.db.execute(sql`select 1`));
  await expect(undeclared).rejects.toThrow('this purpose is not declared');
  expect(await sqlState(inTransaction(ctx, 'billing', (ctx) => ctx.db.select().from(auditEntries)))).toBe(
    permissionDenied,
  );
});

test('POOL-sec-1 FC-5.a a purpose reads only the columns it was declared for', async ({ ctx }) => {
  const read = inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.execute(sql`select ip, route from audit.access_log`),
  );
  expect(await sqlState(read)).toBe('no error');
  const other = inTransaction(asSystem(ctx, 'test'), 'operations', (ctx) =>
    ctx.db.execute(sql`select ip from audit.access_log`),
  );
  expect(await sqlState(other)).toBe(permissionDenied);
});

test("another tenant's rows do not exist for a tenant's purpose", async ({ ctx }) => {
  await inTransaction(ctx, 'account', (ctx) =>
    audit(ctx, 'catalog.price_set', { targetId: null, subjectId: null }),
  );
  const other = { ...ctx, tenantId: 'tenant_01h455vb4pex5vsknk084sn02q' };
  const seen = await inTransaction(other, 'account', (ctx) => ctx.db.select().from(auditEntries));
  expect(seen).toHaveLength(0);
  const own = await inTransaction(ctx, 'account', (ctx) => ctx.db.select().from(auditEntries));
  expect(own).toHaveLength(1);
});

test("a row for another tenant cannot be written under one's own", async ({ ctx }) => {
  const forged = inTransaction(ctx, 'account', (inner) =>
    audit({ ...inner, tenantId: 'tenant_01h455vb4pex5vsknk084sn02q' }, 'catalog.model_registered', {
      targetId: null,
      subjectId: null,
    }),
  );
  expect(await sqlState(forged)).toBe(permissionDenied);
});

test('an injected SET ROLE out of the granted set is refused', async ({ ctx, database }) => {
  const owner =
    (await database.admin.query<{ name: string }>('select current_user as name')).rows[0]?.name ?? '';
  for (const role of [owner, 'pg_read_all_data', 'pg_execute_server_program']) {
    const escape = inTransaction(ctx, 'account', (ctx) => ctx.db.execute(sql.raw(`set role "${role}"`)));
    expect(await sqlState(escape)).toBe(permissionDenied);
  }
  const reset = inTransaction(ctx, 'account', async (ctx) => {
    await ctx.db.execute(sql.raw('reset role'));
    return ctx.db.select().from(auditEntries);
  });
  expect(await sqlState(reset)).toBe(permissionDenied);
});

test('one transaction has one purpose', async ({ ctx }) => {
  const mixed = inTransaction(ctx, 'account', (ctx) => inTransaction(ctx, 'billing', async () => 1));
  await expect(mixed).rejects.toThrow('cannot be joined');
});

test('an audit entry can never be changed or deleted, not even by the owner', async ({ ctx, database }) => {
  await inTransaction(ctx, 'account', (ctx) =>
    audit(ctx, 'catalog.price_set', { targetId: null, subjectId: null }),
  );
  for (const statement of [
    `update audit.entries set action = 'x'`,
    'delete from audit.entries',
    'truncate audit.entries',
  ]) {
    expect(await sqlState(database.admin.query(statement))).toBe('23001');
  }
});
