import { asSystem } from '../../kernel/context.ts';
import { expect } from 'vitest';
import { runJobNow } from '../../kernel/jobs.ts';
import { anOperator, aPerson } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';

const dayMs = 24 * 60 * 60 * 1000;

test('DRUN-4.d the keys that wrap keys change every week, which is written down; until then nothing happens', async ({
  database,
  clock,
}) => {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const { current, startedAt } = await ctx.vault.epoch();
  const fingerprint = async () => (await ctx.vault.dek('user_1', 'core')).use((key) => key.toString('hex'));
  const before = await fingerprint();
  clock.set(new Date(Date.parse(startedAt) + 5 * dayMs));
  await runJobNow(ctx, 'vault.rotate', {});
  expect((await ctx.vault.epoch()).current).toBe(current);
  clock.set(new Date(Date.parse(startedAt) + 6 * dayMs));
  await runJobNow(ctx, 'vault.rotate', {});
  expect(await ctx.vault.epoch()).toMatchObject({ current: current + 1, draining: [] });
  expect(await fingerprint()).toBe(before);
  const { rows } = await database.admin.query<{ action: string }>(
    `select action from audit.entries where action = 'vault.rotated'`,
  );
  expect(rows).toHaveLength(1);
  expect(ctx.product.jobs.find('vault.rotate')?.cron, 'asked every day').toBe('41 19 * * *');
});

test('operators see how old the epoch is', async ({ ctx, clock }) => {
  const { startedAt } = await ctx.vault.epoch();
  clock.set(new Date(Date.parse(startedAt) + dayMs));
  const { metrics } = ctx.product;
  await metrics.refresh(asSystem(ctx, 'metrics'));
  expect(await metrics.registry.metrics()).toMatch(/^candor_vault_epoch_age_seconds 86400$/m);
});

test('nobody but the system rotates', async ({ ctx }) => {
  await expect(runJobNow(ctx, 'vault.rotate', {})).rejects.toMatchObject({ code: 'kernel.forbidden' });
});

test('an operator sees the age of the epoch and ends it before its time; no other role does either', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  const before = (await operator.call('GET', '/api/vault/epoch')).json<Epoch>();
  expect(before).toMatchObject({ driver: 'local', draining: [] });
  expect(Date.parse(before.rotatesAt) - Date.parse(before.startedAt)).toBe(6 * dayMs);
  for (const [method, path] of [
    ['GET', '/api/vault/epoch'],
    ['POST', '/api/vault/rotations'],
  ] as const) {
    expect((await person.call(method, path)).statusCode).toBe(403);
  }
  const rotated = await operator.call('POST', '/api/vault/rotations');
  expect(rotated.json<Epoch>()).toMatchObject({ current: before.current + 1, draining: [] });
  expect((await person.call('GET', '/api/identity/me')).json()).toMatchObject({
    user: { username: person.user.username },
  });
  const { rows } = await database.admin.query<{ actor: string }>(
    `select actor from audit.entries where action = 'vault.rotated' and actor like 'user:%'`,
  );
  expect(rows).toHaveLength(1);
});

interface Epoch {
  readonly current: number;
  readonly startedAt: string;
  readonly rotatesAt: string;
}
