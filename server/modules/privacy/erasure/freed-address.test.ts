import { expect, vi } from 'vitest';
import { confirmed, test } from '../../../testing/erasing.ts';
import { anOperator, aPerson } from '../../../testing/factories.ts';
import { runErasure } from './index.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

test('POOL-sec-5 a person who registers the freed name and address meanwhile keeps no erasure from its certificate', async ({
  app,
  database,
  system,
}) => {
  const [first, second] = [await aPerson(app, { username: 'freed-heron' }), await aPerson(app)];
  const { erasureId } = await confirmed(first);
  expect(await runErasure(system, erasureId, 'erased')).toBe('erased');
  const heir = await aPerson(app, { username: 'freed-heron' });
  // PostgreSQL remembers the values of the new row as well.
  await database.admin.query('analyze identity.users');
  expect(await runErasure(system, erasureId)).toBe('certified');
  expect((await heir.call('GET', '/api/identity/me')).statusCode).toBe(200);

  const operator = await anOperator(app, database);
  const { erasureId: failing } = await confirmed(second);
  await runErasure(system, failing, 'erased');
  const copy = 'create table hand_made_copy as select $1::text as words';
  await database.admin.query(copy.replace('$1', `'${second.user.email ?? ''}'`));
  expect(await runErasure(system, failing)).toBe('failed');
  await aPerson(app, { username: second.user.username });
  await database.admin.query('drop table hand_made_copy');
  expect((await operator.call('POST', `/api/privacy/erasures/${failing}/retry`)).statusCode).toBe(202);
  expect(await runErasure(system, failing), 'one that failed before ends too').toBe('certified');
});
