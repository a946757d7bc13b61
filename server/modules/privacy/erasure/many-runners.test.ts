import { expect } from 'vitest';
import { confirmed, test } from '../../../testing/erasing.ts';
import { aPerson } from '../../../testing/factories.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { destroyProbeKey, findErasure } from './erasure-store.ts';
import { runErasure } from './index.ts';
import { certify } from './prove-steps.ts';

test('eight runners at once carry an erasure out once: one entry of the log per transition, one certificate', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  const states = await Promise.all(Array.from({ length: 8 }, () => runErasure(system, erasureId)));
  expect(states).toEqual(Array.from({ length: 8 }, () => 'certified'));
  const { rows } = await database.admin.query<{ action: string; entries: number }>(
    `select action, count(*)::int as entries from audit.entries
     where action in ('privacy.erasure_confirmed', 'privacy.erasure_proved', 'privacy.keys_destroyed', 'privacy.rows_erased')
     group by action order by action`,
  );
  expect(rows).toEqual(
    ['erasure_confirmed', 'erasure_proved', 'keys_destroyed', 'rows_erased'].map((name) => ({
      action: `privacy.${name}`,
      entries: 1,
    })),
  );
});

test('a runner that dies between the entry of the log and the certificate leaves the entry to the next: it stays one', async ({
  app,
  database,
  system,
}) => {
  const { erasureId } = await confirmed(await aPerson(app));
  expect(await runErasure(system, erasureId, 'probed')).toBe('probed');
  const asEraser = { ...system, actor: { kind: 'system', name: 'erasure' } } as const;
  const seen = await inTransaction(asEraser, 'erasure', (ctx) => findErasure(ctx, erasureId));
  if (seen === undefined) throw new Error('the erasure is there');
  const entries = async () => {
    const { rows } = await database.admin.query(
      `select 1 from audit.entries where action = 'privacy.erasure_proved'`,
    );
    return rows.length;
  };
  const before = await entries();
  const signingKey = new Proxy(asEraser.signingKey, {
    get() {
      throw new Error('killed');
    },
  });
  await expect(certify({ ...asEraser, signingKey }, seen)).rejects.toThrow('killed');
  expect(await runErasure(system, erasureId)).toBe('certified');
  expect(await entries()).toBe(before + 1);
});

test('a runner that is overtaken while it certifies takes the certificate of the other', async ({
  app,
  database,
  system,
}) => {
  const { erasureId } = await confirmed(await aPerson(app));
  expect(await runErasure(system, erasureId, 'probed')).toBe('probed');
  const asEraser = { ...system, actor: { kind: 'system', name: 'erasure' } } as const;
  const seen = await inTransaction(asEraser, 'erasure', (ctx) => findErasure(ctx, erasureId));
  if (seen === undefined) throw new Error('the erasure is there');
  // As the other leaves it between storing the certificate and ending the erasure.
  await database.admin.query('update privacy.erasures set certificate = $2 where id = $1', [
    erasureId,
    'of the other',
  ]);
  await destroyProbeKey(asEraser, erasureId);
  await certify(asEraser, seen);
  const { rows } = await database.admin.query(
    'select state, certificate from privacy.erasures where id = $1',
    [erasureId],
  );
  expect(rows).toEqual([{ state: 'certified', certificate: 'of the other' }]);
});
