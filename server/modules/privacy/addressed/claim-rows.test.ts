import { expect } from 'vitest';
import { previewOf, test } from '../../../testing/erasing.ts';
import { anAddress, anOperator, personOf, readCode, staffReason } from '../../../testing/factories.ts';
import { aStranger } from '../cases/cases.fixture.ts';
import { runErasure } from '../erasure/index.ts';

const phone = '+8613900139001';

test('DRUN-7.1 CHIPL-8.4 what was sent to a number before its account is in my data, tells of staff reads, and goes with the person', async ({
  app,
  database,
  system,
}) => {
  const remoteAddress = anAddress();
  const send = (use: string) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/codes',
      remoteAddress,
      payload: { phone, use, language: 'en' },
    });
  // Nobody has this number yet: a log-in that finds no account, a request without one, and the code to register.
  expect((await send('login')).statusCode).toBe(202);
  const filed = await aStranger(app, remoteAddress)('', {
    type: 'access',
    description: 'What do you hold about me?',
    phone,
  });
  expect(filed.statusCode, filed.body).toBe(202);
  const operator = await anOperator(app, database);
  expect((await operator.call('GET', '/api/notifications/outbox')).body).toContain(phone);
  expect((await send('register')).statusCode).toBe(202);
  const policy = await app.inject({ url: '/api/identity/policy' });
  const registered = await app.inject({
    method: 'POST',
    url: '/api/identity/register',
    remoteAddress,
    payload: {
      method: 'phone',
      phone,
      code: await readCode(database, phone),
      policyVersion: policy.json<{ version: string }>().version,
      language: 'en',
    },
  });
  expect(registered.statusCode, registered.body).toBe(201);
  const person = await personOf(app, registered, remoteAddress, staffReason);

  const mine = (await person.call('GET', '/api/privacy/my-data?lang=en')).body;
  expect(mine.split(phone).length - 1, 'the account, both messages and the request').toBeGreaterThanOrEqual(
    4,
  );
  const looks = await person.call('GET', '/api/audit/staff-reads');
  expect(looks.json<{ items: unknown[] }>().items.length).toBeGreaterThan(0);

  const confirmCode = await person.call('POST', '/api/identity/confirmation-codes', { language: 'en' });
  expect(confirmCode.statusCode, confirmCode.body).toBe(202);
  const { promiseHash } = await previewOf(person);
  const proof = { code: await readCode(database, phone) };
  const confirmed = await person.call('POST', '/api/privacy/erasure/confirm', {
    proof,
    promiseHash,
    ground: 'person-request',
  });
  expect(confirmed.statusCode, confirmed.body).toBe(202);
  expect(await runErasure(system, confirmed.json<{ erasureId: string }>().erasureId)).toBe('certified');

  expect((await operator.call('GET', '/api/notifications/outbox')).body).not.toContain(phone);
  for (const table of ['notifications.outbox', 'identity.sign_in_codes']) {
    const { rows } = await database.admin.query<{ rows: number }>(
      `select count(*)::int as rows from ${table} where user_id is null or user_id = $1`,
      [person.user.id],
    );
    expect(rows, table).toEqual([{ rows: 0 }]);
  }
});
