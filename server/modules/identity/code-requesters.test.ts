import { expect } from 'vitest';
import { anAddress, readCode, readMessages } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { aNumber, aPhoneOwner, ask, here, loginBy, other } from './codes.fixture.ts';

const minuteMs = 60_000;

test("a stranger's wrong codes neither close the owner's number nor use up the owner's code", async ({
  app,
  database,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  for (let tries = 0; tries < 25; tries += 1)
    await loginBy(app, phone, other(code), tries % 5 === 0 ? anAddress() : '10.9.9.9');
  expect((await loginBy(app, phone, code)).statusCode).toBe(200);
});

test('a code that a stranger asked for opens nothing elsewhere until the owner asks too; within the minute they share the message', async ({
  app,
  database,
  clock,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'recover', anAddress());
  const sent = (await readMessages(database, phone)).length;
  const code = await readCode(database, phone);
  expect((await loginBy(app, phone, code)).statusCode).toBe(400);
  clock.advanceMs(20_000);
  expect((await ask(app, phone, 'login')).json()).toEqual({ resendAfterSeconds: 60 });
  expect(await readMessages(database, phone)).toHaveLength(sent);
  expect((await loginBy(app, phone, code)).statusCode).toBe(200);
});

test('a code that several requesters share works once', async ({ app, database }) => {
  const phone = await aPhoneOwner(app, database);
  const stranger = anAddress();
  await ask(app, phone, 'login', stranger);
  await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  expect((await loginBy(app, phone, code)).statusCode).toBe(200);
  expect((await loginBy(app, phone, code, stranger)).statusCode).toBe(400);
});

test('forty addresses within a second cause one message, and share its code at most twenty times', async ({
  app,
  database,
  clock,
}) => {
  const phone = await aPhoneOwner(app, database);
  const before = (await readMessages(database, phone)).length;
  clock.advanceMs(minuteMs);
  for (let round = 0; round < 40; round += 1)
    expect((await ask(app, phone, 'login', anAddress())).statusCode).toBe(202);
  expect(await readMessages(database, phone)).toHaveLength(before + 1);
  const shared = await database.admin.query(
    `select code_hash from identity.sign_in_codes where code_hash =
       (select code_hash from identity.sign_in_codes group by code_hash order by count(*) desc limit 1)`,
  );
  expect(shared.rowCount).toBe(21);
});

test('one address sends to at most thirty numbers and sixty mailboxes an hour', async ({ app }) => {
  const from = anAddress();
  const statuses: number[] = [];
  for (let round = 0; round < 31; round += 1)
    statuses.push((await ask(app, aNumber(), 'register', from)).statusCode);
  for (let round = 0; round < 61; round += 1) {
    const payload = { email: `mailbox-${round}@example.com`, use: 'recover' };
    const answer = await app.inject({
      method: 'POST',
      url: '/api/identity/codes',
      remoteAddress: from,
      payload,
    });
    statuses.push(answer.statusCode);
  }
  expect(statuses.indexOf(429)).toBe(30);
  expect(statuses.slice(31).indexOf(429)).toBe(60);
});

test('a code follows its browser from one network to the next, by a cookie that names no person', async ({
  app,
  database,
}) => {
  const phone = await aPhoneOwner(app, database);
  const sent = await ask(app, phone, 'login', anAddress());
  const [device] = sent.cookies;
  expect(device).toMatchObject({ name: 'candor_device', httpOnly: true, sameSite: 'Lax', maxAge: 1200 });
  const login = (cookie: string, code: string) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/login',
      remoteAddress: anAddress(),
      headers: { cookie, 'x-candor-csrf': '1' },
      payload: { method: 'phone', phone, code },
    });
  const code = await readCode(database, phone);
  const forged = (device?.value ?? '').replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
  expect((await login(`candor_device=${forged}`, code)).statusCode).toBe(400);
  expect((await login(`candor_device=${device?.value}`, code)).statusCode).toBe(200);
});

test('a neighbour behind the same address uses up no tries of the browser that asked', async ({
  app,
  database,
}) => {
  const phone = await aPhoneOwner(app, database);
  const sent = await ask(app, phone, 'login');
  const code = await readCode(database, phone);
  for (let tries = 0; tries < 6; tries += 1) await loginBy(app, phone, other(code));
  const own = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: here,
    headers: { cookie: `candor_device=${sent.cookies[0]?.value}`, 'x-candor-csrf': '1' },
    payload: { method: 'phone', phone, code },
  });
  expect(own.statusCode).toBe(200);
});

test('while strangers flood a number, every address still gets its first message, up to sixty a day; the browser of the owner has codes of its own', async ({
  app,
  database,
  clock,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const opened = await loginBy(app, phone, await readCode(database, phone));
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value;
  const sent = async () => (await readMessages(database, phone)).length;
  const before = await sent();
  for (let round = 0; round < 10; round += 1) {
    clock.advanceMs(minuteMs);
    expect((await ask(app, phone, 'login', anAddress())).statusCode).toBe(202);
  }
  const owner = anAddress();
  clock.advanceMs(minuteMs);
  expect((await ask(app, phone, 'login', owner)).statusCode).toBe(202);
  expect(await sent()).toBe(before + 11);
  expect((await loginBy(app, phone, await readCode(database, phone), owner)).statusCode).toBe(200);
  const stranger = anAddress();
  clock.advanceMs(minuteMs);
  expect((await ask(app, phone, 'login', stranger)).statusCode).toBe(202);
  clock.advanceMs(minuteMs);
  expect((await ask(app, phone, 'login', stranger)).statusCode).toBe(429);
  let round = 0;
  while ((await ask(app, phone, 'login', anAddress())).statusCode === 202 && round < 80) {
    clock.advanceMs(minuteMs);
    round += 1;
  }
  // The message that opened the account and the log-in of this test count for the day, too.
  expect(await sent()).toBe(60);
  const asked = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    headers: { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
    payload: { phone, use: 'login' },
  });
  expect(asked.statusCode).toBe(202);
});
