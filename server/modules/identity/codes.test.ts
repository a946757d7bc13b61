import { expect } from 'vitest';
import { runJobNow } from '../../kernel/jobs.ts';
import { anAddress, anOperator, aPerson, readCode, readMessages } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { type Admin, aNumber, aPhoneOwner, ask, here, loginBy, other } from './codes.fixture.ts';

const minuteMs = 60_000;

async function messagesTo(database: Admin, to: string): Promise<string[]> {
  return (await readMessages(database, to)).map(({ body }) => body);
}

test('D-ACC-3 a person logs in by phone and code', async ({ app, database }) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const answer = await loginBy(app, phone, await readCode(database, phone));
  expect(answer.statusCode).toBe(200);
  expect(answer.cookies.map(({ name }) => name)).toEqual(['candor_session', 'candor_device']);
});

test('asking for a code tells nothing: same answer and one message each, which only its reader understands', async ({
  app,
  database,
  clock,
}) => {
  const known = await aPhoneOwner(app, database);
  const unknown = aNumber();
  for (const use of ['login', 'recover']) {
    const answers = [await ask(app, known, use), await ask(app, unknown, use)];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(202);
      expect(answer.json()).toEqual({ resendAfterSeconds: 60 });
    }
    clock.advanceMs(minuteMs);
  }
  const [toKnown, toUnknown] = [
    (await messagesTo(database, known)).slice(1),
    await messagesTo(database, unknown),
  ];
  expect(toKnown).toHaveLength(2);
  expect(toUnknown).toHaveLength(2);
  expect(toKnown.every((body) => /\d{6}/.test(body))).toBe(true);
  expect(toUnknown.some((body) => /\d{6}/.test(body))).toBe(false);
});

test('a wrong code for a known number and any code for an unknown one get the same answer', async ({
  app,
  database,
}) => {
  const [known, unknown] = [await aPhoneOwner(app, database), aNumber()];
  await ask(app, known, 'login');
  await ask(app, unknown, 'login');
  const wrong = other(await readCode(database, known));
  const answers = [
    await loginBy(app, known, wrong),
    await loginBy(app, unknown, wrong),
    await loginBy(app, aNumber(), wrong),
  ];
  const shown = answers.map((answer) => ({
    status: answer.statusCode,
    body: { ...answer.json<object>(), requestId: '' },
  }));
  expect(shown[0]).toMatchObject({
    status: 400,
    body: { code: 'identity.wrong_code', issues: [{ path: 'body.code' }] },
  });
  expect(shown[1]).toEqual(shown[0]);
  expect(shown[2]).toEqual(shown[0]);
});

test('a code is sent at most once a minute; asking earlier says how long to wait and sends nothing', async ({
  app,
  database,
  clock,
}) => {
  const phone = aNumber();
  await ask(app, phone, 'register');
  const first = await readCode(database, phone);
  clock.advanceMs(20_000);
  const early = await ask(app, phone, 'register');
  expect([early.statusCode, early.json()]).toEqual([202, { resendAfterSeconds: 40 }]);
  expect(await messagesTo(database, phone)).toHaveLength(1);
  clock.advanceMs(40_000);
  await ask(app, phone, 'register');
  expect(await messagesTo(database, phone)).toHaveLength(2);
  expect(first).toMatch(/^\d{6}$/);
});

test('six requests at once send one message', async ({ app, database }) => {
  const phone = aNumber();
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(app, phone, 'register')));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
  expect(await messagesTo(database, phone)).toHaveLength(1);
});

test('a code works once: of five browsers with the same code one gets in, and none later', async ({
  app,
  database,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  const answers = await Promise.all(Array.from({ length: 5 }, () => loginBy(app, phone, code)));
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect((await loginBy(app, phone, code)).statusCode).toBe(400);
});

test('a new code makes the old one worthless', async ({ app, database, clock }) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const old = await readCode(database, phone);
  clock.advanceMs(minuteMs);
  await ask(app, phone, 'login');
  const fresh = await readCode(database, phone);
  if (old !== fresh) expect((await loginBy(app, phone, old)).statusCode).toBe(400);
  expect((await loginBy(app, phone, fresh)).statusCode).toBe(200);
});

test('five wrong tries kill a code', async ({ app, database }) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  for (let tries = 0; tries < 5; tries += 1) await loginBy(app, phone, other(code));
  expect((await loginBy(app, phone, code)).statusCode).toBe(400);
});

test('a code dies after ten minutes, and its row soon after', async ({ app, database, clock }) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  clock.advanceMs(10 * minuteMs);
  expect((await loginBy(app, phone, code)).statusCode).toBe(400);
  await runJobNow(contextWith(database, clock, { kind: 'system', name: 'sweep' }, null), 'privacy.sweep', {});
  const left = await database.admin.query('select 1 from identity.sign_in_codes where expires_at <= $1', [
    clock.now(),
  ]);
  expect(left.rowCount).toBe(0);
});

test('a code works only for the number and the use it was sent for', async ({ app, database }) => {
  const [phone, another] = [await aPhoneOwner(app, database), await aPhoneOwner(app, database)];
  await ask(app, phone, 'login');
  await ask(app, another, 'recover');
  const code = await readCode(database, phone);
  const recover = await app.inject({
    method: 'POST',
    url: '/api/identity/recover',
    remoteAddress: here,
    payload: { phone, code, newPassword: 'a new lantern entirely' },
  });
  expect(recover.statusCode).toBe(400);
  expect((await loginBy(app, another, await readCode(database, another))).statusCode).toBe(400);
  expect((await loginBy(app, phone, code)).statusCode).toBe(200);
});

test('wrong codes end after twenty in an hour for one requester, over all codes sent, known number or not', async ({
  app,
  database,
  clock,
}) => {
  for (const phone of [await aPhoneOwner(app, database), aNumber()]) {
    const from = anAddress();
    for (let round = 0; round < 4; round += 1) {
      await ask(app, phone, 'login', from);
      for (let tries = 0; tries < 5; tries += 1)
        expect((await loginBy(app, phone, '000000', from)).statusCode).toBe(400);
      clock.advanceMs(minuteMs);
    }
    expect((await loginBy(app, phone, '000000', from)).statusCode).toBe(429);
    clock.advanceMs(60 * minuteMs);
  }
});

test('only an operator reads what was sent', async ({ app, database }) => {
  const phone = aNumber();
  await ask(app, phone, 'register');
  const code = await readCode(database, phone);
  const customer = await aPerson(app);
  const refused = await customer.call('GET', '/api/notifications/outbox');
  expect(refused.statusCode).toBe(403);
  expect(refused.body).not.toContain(code);
  expect((await app.inject('/api/notifications/outbox')).statusCode).toBe(401);
  const operator = await anOperator(app, database);
  const read = await operator.call('GET', '/api/notifications/outbox?limit=200');
  expect(read.json<{ items: { to: string; body: string }[] }>().items).toContainEqual(
    expect.objectContaining({ to: phone, channel: 'sms', body: expect.stringContaining(code) }),
  );
});

test('a session that was stolen does not read the code that would take the account over', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    payload: { email: person.user.email, use: 'recover' },
  });
  const code = await readCode(database, person.user.email ?? '');
  const answer = await person.call('GET', '/api/privacy/my-data');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('notifications.outbox');
  expect(answer.body).not.toContain(code);
});

test('what is no phone number, no address, or both, is a 400 that says so', async ({ app }) => {
  const bodies = [
    { phone: '12345', use: 'login' },
    { email: 'nobody', use: 'login' },
    { use: 'login' },
    { phone: '13800138000', email: 'a@b.cn', use: 'login' },
    { phone: '13800138000', use: 'steal' },
    { email: 'a@b.cn', use: 'login' },
  ];
  for (const payload of bodies) {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/identity/codes',
      remoteAddress: anAddress(),
      payload,
    });
    expect([answer.statusCode, answer.json<{ issues: unknown[] }>().issues.length > 0]).toEqual([400, true]);
  }
  const anonymousBind = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    payload: { phone: '13800138000', use: 'bind' },
  });
  expect(anonymousBind.statusCode).toBe(401);
});
