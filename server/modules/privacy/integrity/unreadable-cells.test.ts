import { publicKeySet, verifyCertificate } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { confirmed, test } from '../../../testing/erasing.ts';
import { anOperator, aPerson } from '../../../testing/factories.ts';
import type { Database } from '../../../testing/test.ts';
import { runErasure } from '../erasure/index.ts';

/** Changes one bit of a sealed value, as a bad disk would. */
async function damage(database: Database, table: string, column: string, id: string): Promise<void> {
  const { rows } = await database.admin.query<{ value: string }>(
    `select ${column} as value from ${table} where id = $1`,
    [id],
  );
  const bytes = Buffer.from((rows[0]?.value ?? '').slice(3), 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await database.admin.query(`update ${table} set ${column} = $2 where id = $1`, [
    id,
    `s1.${bytes.toString('base64url')}`,
  ]);
}

test('a damaged cell stops neither log-in nor erasure, and raises an alarm with its place', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  await damage(database, 'identity.users', 'email', person.user.id);
  const login = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    payload: { method: 'password', login: person.user.username, password: person.password },
  });
  expect(login.statusCode, login.body).toBe(200);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);

  const operator = await anOperator(app, database);
  const listed = await operator.call('GET', '/api/privacy/unreadable-cells');
  expect(listed.json()).toMatchObject({
    items: [{ table: 'identity.users', column: 'email', rowId: person.user.id, code: 'does-not-open' }],
  });
  const metrics = await operator.call('GET', '/api/gateway/metrics');
  expect(metrics.body).toContain('candor_privacy_unreadable_cells 1');

  const { erasureId, reference } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const answer = await app.inject({
    method: 'POST',
    url: '/api/privacy/erasure/certificate',
    payload: { reference },
  });
  const { certificate } = answer.json<{ certificate: string }>();
  expect(await verifyCertificate(certificate, publicKeySet(system.signingKey))).toMatchObject({
    payload: { unreadable: ['identity.users.email'] },
  });
  const after = await operator.call('GET', '/api/privacy/unreadable-cells');
  expect(after.json()).toMatchObject({ items: [] });
});

test('failed erasures are counted from the table, so a restart forgets none', async ({ app, database }) => {
  await database.admin.query(
    `insert into privacy.erasures (id, state, origin, ground, promise_hash, evidence, plans_made, failures, backup_days, created_at, updated_at)
     values ('erase_of_another_process', 'failed', 'person', 'person-request', '', '{}', 0, 3, 30, now(), now())`,
  );
  const operator = await anOperator(app, database);
  const metrics = await operator.call('GET', '/api/gateway/metrics');
  expect(metrics.body).toContain('candor_privacy_erasures_failed_total 3');
});
