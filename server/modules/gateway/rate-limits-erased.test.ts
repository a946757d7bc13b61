import { expect, onTestFinished } from 'vitest';
import { confirmed, test } from '../../testing/erasing.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { runErasure } from '../privacy/erasure/index.ts';

test('DRUN-7.3 limits of an account end with its person, and none can be set from the moment the person is being erased', async ({
  app,
  database,
  system,
}) => {
  const operator = await anOperator(app, database);
  const leaver = await aPerson(app);
  const limit = {
    tenantId: leaver.tenant.id,
    modelId: null,
    requestsPerMinute: 5,
    tokensPerMinute: null,
    parallelRequests: null,
  };
  const set = () => operator.call('PUT', '/api/gateway/account-rate-limits', limit);
  const listed = async () =>
    (await operator.call('GET', `/api/gateway/account-rate-limits?tenantId=${leaver.tenant.id}`)).json<{
      items: object[];
    }>().items;
  expect((await set()).statusCode).toBe(200);
  expect(await listed()).toHaveLength(1);
  const { erasureId } = await confirmed(leaver);
  expect((await set()).json()).toMatchObject({ status: 404, code: 'gateway.account_not_found' });
  expect(await runErasure(system, erasureId)).toBe('certified');
  expect(await listed()).toEqual([]);
  expect((await set()).json()).toMatchObject({ status: 404, code: 'gateway.account_not_found' });
  const { rows } = await database.admin.query(
    'select id from gateway.account_rate_limits where tenant_id = $1',
    [leaver.tenant.id],
  );
  expect(rows).toEqual([]);
});

test('DRUN-7.3 a limit that is being set while its person is frozen is not written', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const leaver = await aPerson(app);
  const freezing = await database.admin.connect();
  onTestFinished(() => freezing.release());
  await freezing.query('begin');
  await freezing.query(`select pg_advisory_xact_lock(hashtextextended('person ' || $1::text, 0))`, [
    leaver.user.id,
  ]);
  const setting = operator.call('PUT', '/api/gateway/account-rate-limits', {
    tenantId: leaver.tenant.id,
    modelId: null,
    requestsPerMinute: 5,
    tokensPerMinute: null,
    parallelRequests: null,
  });
  const waiting = `select from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  await expect
    .poll(async () => (await database.admin.query(waiting)).rowCount, { timeout: 20_000 })
    .toBeGreaterThan(0);
  await freezing.query(
    `insert into privacy.restrictions (subject_id, kind, created_at) values ($1, 'erased', now())`,
    [leaver.user.id],
  );
  await freezing.query('commit');
  expect((await setting).json()).toMatchObject({ status: 404, code: 'gateway.account_not_found' });
  const { rows } = await database.admin.query(
    'select id from gateway.account_rate_limits where tenant_id = $1',
    [leaver.tenant.id],
  );
  expect(rows).toEqual([]);
});
