import { expect } from 'vitest';
import { anAddress, readCode } from '../../testing/factories.ts';
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

test('a code that a stranger asked for opens nothing elsewhere, and the owner is sent one of their own at once', async ({
  app,
  database,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login', anAddress());
  const asked = await readCode(database, phone);
  expect((await loginBy(app, phone, asked)).statusCode).toBe(400);
  expect((await ask(app, phone, 'login')).json()).toEqual({ resendAfterSeconds: 60 });
  expect((await loginBy(app, phone, await readCode(database, phone))).statusCode).toBe(200);
});

test('a code follows its browser from one network to the next, by a cookie that names nobody', async ({
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

test('strangers send ten codes an hour to one number, known or not; the browser of its owner has codes of its own', async ({
  app,
  database,
  clock,
}) => {
  for (const phone of [await aPhoneOwner(app, database), aNumber()]) {
    clock.advanceMs(60 * minuteMs);
    for (let round = 0; round < 10; round += 1) {
      expect((await ask(app, phone, 'login', anAddress())).statusCode).toBe(202);
      clock.advanceMs(minuteMs);
    }
    expect((await ask(app, phone, 'login', anAddress())).statusCode).toBe(429);
  }
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const opened = await loginBy(app, phone, await readCode(database, phone));
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value;
  for (let round = 0; round < 12; round += 1) {
    clock.advanceMs(minuteMs);
    await ask(app, phone, 'login', anAddress());
  }
  const asked = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    headers: { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
    payload: { phone, use: 'login' },
  });
  expect(asked.statusCode).toBe(202);
});
