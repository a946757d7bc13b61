import { actingFor } from '../../testing/acting-for.ts';
import { asSystem } from '../../kernel/context.ts';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { anAddress, anOperator, aPerson, aTenant, personOf, staffReason } from '../../testing/factories.ts';
import { createLog } from '../../kernel/log.ts';
import { readSecret } from '../../kernel/secrets.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp, contextWith, test } from '../../testing/test.ts';
import { createFirstOperator, findTenantOwner } from './index.ts';

const operator = { username: 'Operator', password: 'the keys of the machine room' };

test('a new installation gets one operator, also when several servers start at once', async ({
  app,
  database,
  clock,
}) => {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'start' }, null);
  const made = await Promise.all(Array.from({ length: 4 }, () => createFirstOperator(ctx, operator)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await createFirstOperator(ctx, { ...operator, username: 'second' })).toBe(false);
  const remoteAddress = anAddress();
  const payload = { method: 'password', login: 'operator', password: operator.password };
  const person = await personOf(
    app,
    await app.inject({ method: 'POST', url: '/api/identity/login', payload, remoteAddress }),
    remoteAddress,
  );
  expect((await person.call('GET', '/api/identity/me')).json()).toMatchObject({
    user: { isOperator: true, email: null },
    tenant: { kind: 'platform', name: 'operator' },
  });
});

test('only the system makes operators', async ({ ctx }) => {
  await expect(createFirstOperator(ctx, operator)).rejects.toMatchObject({ code: 'kernel.forbidden' });
});

test('PostgreSQL refuses to make an operator under any purpose but signing in', async ({
  app,
  database,
  clock,
}) => {
  const ctx = await aTenant(app, database, clock);
  for (const purpose of ['account', 'operations', 'rights', 'security'] as const) {
    const promote = inTransaction(actingFor(ctx, purpose), purpose, (ctx) =>
      ctx.db.execute(sql`insert into identity.operators values ('user_x', now())`),
    );
    await expect(promote).rejects.toMatchObject({ cause: { code: '42501' } });
  }
});

test('an operator finds accounts by id, whole name or address of the owner; a part finds nobody', async ({
  app,
  database,
}) => {
  const [runner, customer] = [
    await anOperator(app, database),
    await aPerson(app, { username: 'needle_in-hay' }),
  ];
  const find = async (query: string) => {
    const answer = await runner.call('POST', '/api/identity/tenants/search', { query });
    return answer.json<{ items: { id: string; ownerUsername: string; name: string }[] }>().items;
  };
  const expected = {
    id: customer.tenant.id,
    kind: 'personal',
    status: 'active',
    ownerUsername: 'needle_in-hay',
    name: 'needle_in-hay',
  };
  expect(await find(customer.tenant.id)).toEqual([expect.objectContaining(expected)]);
  for (const query of ['needle_in-hay', ' Needle_In-Hay', 'NEEDLE_IN-HAY@example.com'])
    expect(await find(query)).toEqual([expect.objectContaining(expected)]);
  for (const query of ['needle', 'needle%hay', '%', '_', '@example.com'])
    expect(await find(query)).toEqual([]);
  expect((await runner.call('GET', '/api/identity/tenants?limit=1')).json()).toMatchObject({
    items: [expect.anything()],
    nextCursor: expect.any(String),
  });
  expect((await customer.call('GET', '/api/identity/tenants')).statusCode).toBe(403);
});

test('modules above learn who owns an account, and nothing of accounts that are not there', async ({
  app,
  anonymous,
}) => {
  const { user, tenant } = await aPerson(app);
  expect(await findTenantOwner(asSystem(anonymous, 'test'), tenant.id)).toEqual({ userId: user.id });
  expect(await findTenantOwner(asSystem(anonymous, 'test'), 'tenant_01h455vb4pex5vsknk084sn02q')).toBeNull();
});

test('with the generated password an operator can only change it; then every route opens and the file is gone', async ({
  database,
  clock,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-first-password-'));
  const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, dataDir });
  try {
    await database.admin.query('delete from identity.operators');
    const password = await readSecret(dataDir, 'operator-password', () => 'generated and printed once');
    const system = contextWith(database, clock, { kind: 'system', name: 'start' }, null);
    await createFirstOperator(system, { username: 'keeper', password, mustChangePassword: true });
    const remoteAddress = anAddress();
    const payload = { method: 'password', login: 'keeper', password };
    const login = { method: 'POST', url: '/api/identity/login', remoteAddress, payload } as const;
    const keeper = await personOf(app, await app.inject(login), remoteAddress, staffReason);
    expect((await keeper.call('GET', '/api/identity/me')).json()).toMatchObject({
      user: { mustChangePassword: true },
    });
    const routes = [
      '/api/identity/tenants',
      '/api/notifications/outbox',
      '/api/identity/sessions',
      '/api/privacy/my-data',
    ];
    for (const url of routes)
      expect((await keeper.call('GET', url)).json()).toMatchObject({
        code: 'identity.password_change_required',
      });
    const change = { newPassword: 'a password of my own', proof: { password } };
    expect((await keeper.call('POST', '/api/identity/me/password', change)).statusCode).toBe(204);
    for (const url of routes) expect((await keeper.call('GET', url)).statusCode).toBe(200);
    expect(await readdir(join(dataDir, 'secrets'))).not.toContain('operator-password');
  } finally {
    await app.close();
    await rm(dataDir, { recursive: true });
  }
});
