import { expect } from 'vitest';
import { anAddress, aPerson, goodPassword } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

type App = Parameters<typeof aPerson>[0];

function login(app: App, name: string, password: string, remoteAddress = anAddress()) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    payload: { method: 'password', login: name, password },
  });
}

const minuteMs = 60_000;

test('D-ACC-3 a person logs in by username or e-mail address, in any case', async ({ app }) => {
  const { user } = await aPerson(app);
  for (const name of [
    user.username,
    user.username.toUpperCase(),
    user.email ?? '',
    ` ${(user.email ?? '').toUpperCase()} `,
  ]) {
    const answer = await login(app, name, goodPassword);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ user: { id: user.id } });
  }
});

test('a wrong password and an unknown name get the same answer', async ({ app }) => {
  const { user } = await aPerson(app);
  const answers = [
    await login(app, user.username, 'a wrong password'),
    await login(app, 'nobody-at-all', 'a wrong password'),
    await login(app, 'nobody@example.com', 'a wrong password'),
  ];
  const shown = answers.map((answer) => ({
    status: answer.statusCode,
    body: { ...answer.json<object>(), requestId: '' },
    cookies: answer.cookies,
  }));
  expect(shown[0]).toMatchObject({ status: 401, body: { code: 'identity.wrong_credentials' }, cookies: [] });
  expect(shown[1]).toEqual(shown[0]);
  expect(shown[2]).toEqual(shown[0]);
});

test('an unknown name leaves the same traces as a wrong password', async ({ app, database }) => {
  const { user } = await aPerson(app);
  const counted = async () => {
    const result = await database.admin.query<{ entries: bigint; attempts: bigint }>(
      `select (select count(*) from audit.entries where action = 'identity.login_refused') as entries,
              (select count(*) from identity.attempts) as attempts`,
    );
    return Object.values(result.rows[0] ?? {}).map(Number);
  };
  const tracesOf = async (name: string) => {
    const before = await counted();
    await login(app, name, 'a wrong password');
    return (await counted()).map((value, index) => value - (before[index] ?? 0));
  };
  const known = await tracesOf(user.username);
  expect(known).toEqual([1, 3]);
  expect(await tracesOf('nobody-knows-this-one')).toEqual(known);
});

test('after five wrong passwords the right one is refused too, for a known name as for an unknown one', async ({
  app,
  clock,
}) => {
  const { user } = await aPerson(app);
  const from = anAddress();
  for (const name of [user.username, 'never-registered']) {
    for (let tries = 0; tries < 5; tries += 1)
      expect((await login(app, name, 'a wrong password', from)).statusCode).toBe(401);
    const locked = await login(app, name, goodPassword, from);
    expect(locked.statusCode).toBe(429);
    expect(locked.json()).toMatchObject({ code: 'identity.too_many_attempts', retryAfterSeconds: 15 * 60 });
  }
  expect((await login(app, user.username, goodPassword, anAddress())).statusCode).toBe(200);
  clock.advanceMs(15 * minuteMs);
  expect((await login(app, user.username, goodPassword, from)).statusCode).toBe(200);
});

test('however many strangers guess a name, its person is never locked out, from wherever they come', async ({
  app,
}) => {
  const { user } = await aPerson(app);
  const opened = await login(app, user.username, goodPassword);
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value ?? '';
  const guesses = await Promise.all(
    Array.from({ length: 51 }, () => login(app, user.username, 'a wrong password')),
  );
  expect(new Set(guesses.map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
  // A new browser on a new network passes with the right password at the first try, and an old one as always.
  expect((await login(app, user.username, goodPassword, anAddress())).statusCode).toBe(200);
  const known = (password: string) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/login',
      remoteAddress: anAddress(),
      headers: { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
      payload: { method: 'password', login: user.username, password },
    });
  for (let tries = 0; tries < 4; tries += 1) expect((await known('mistyped it')).statusCode).toBe(401);
  expect((await known(goodPassword)).statusCode).toBe(200);
  // Guessing goes on slowly: two tries an hour for each address.
  const from = anAddress();
  const slowed = [];
  for (let tries = 0; tries < 3; tries += 1)
    slowed.push((await login(app, user.username, 'a wrong password', from)).statusCode);
  expect(slowed).toEqual([401, 401, 429]);
});

test('failures of a neighbour behind the same address do not stop a browser the person has used before', async ({
  app,
}) => {
  const { user } = await aPerson(app);
  const from = anAddress();
  const opened = await login(app, user.username, goodPassword, from);
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value ?? '';
  for (let tries = 0; tries < 6; tries += 1) await login(app, user.username, 'a wrong password', from);
  expect((await login(app, user.username, goodPassword, from)).statusCode).toBe(429);
  const mine = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: from,
    headers: { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
    payload: { method: 'password', login: user.username, password: goodPassword },
  });
  expect(mine.statusCode).toBe(200);
});

/** Logs in from one address with a wrong password, in a browser with this device cookie or in one without. */
function guess(app: App, name: string, remoteAddress: string, device?: string) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    headers: device === undefined ? {} : { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
    payload: { method: 'password', login: name, password: 'a wrong password' },
  });
}

test('a device cookie of one person gives no tries at another', async ({ app }) => {
  const [victim, stranger] = [await aPerson(app), await aPerson(app)];
  const opened = await login(app, stranger.user.username, goodPassword);
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value ?? '';
  const from = anAddress();
  for (let tries = 0; tries < 5; tries += 1)
    expect((await guess(app, victim.user.username, from)).statusCode).toBe(401);
  expect((await guess(app, victim.user.username, from, device)).statusCode).toBe(429);
  // In their own name the same browser has tries left.
  expect((await guess(app, stranger.user.username, from, device)).statusCode).toBe(401);
});

test('whoever copied a device cookie cannot name further browsers with it', async ({ app }) => {
  const { user } = await aPerson(app);
  const opened = await login(app, user.username, goodPassword);
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value ?? '';
  const [, mark, signature] = device.split('.');
  const from = anAddress();
  const statuses: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    const invented = `invented-${tries}.${mark}.${signature}`;
    statuses.push((await guess(app, user.username, from, invented)).statusCode);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});

test('forty guesses at once are counted as forty: only five are compared', async ({ app }) => {
  const { user } = await aPerson(app);
  const from = anAddress();
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => login(app, user.username, 'a wrong password', from)),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
  expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(35);
});

test('logging in starts the count afresh', async ({ app }) => {
  const { user } = await aPerson(app);
  const from = anAddress();
  for (let round = 0; round < 3; round += 1) {
    for (let tries = 0; tries < 4; tries += 1) await login(app, user.username, 'a wrong password', from);
    expect((await login(app, user.username, goodPassword, from)).statusCode).toBe(200);
  }
});

test('one address that tries many accounts is stopped, whichever those are', async ({ app }) => {
  const remoteAddress = anAddress();
  const statuses: number[] = [];
  for (let tries = 0; tries < 101; tries += 1) {
    const payload = { method: 'phone', phone: `+8613800${String(tries).padStart(6, '0')}`, code: '000000' };
    statuses.push(
      (await app.inject({ method: 'POST', url: '/api/identity/login', remoteAddress, payload })).statusCode,
    );
  }
  expect(new Set(statuses.slice(0, 100))).toEqual(new Set([400]));
  expect(statuses[100]).toBe(429);
});

test('failures fill the limit of an address, a right password gives its try back, and a browser its person has used passes all the same', async ({
  app,
}) => {
  const { user } = await aPerson(app);
  const from = anAddress();
  const opened = await login(app, user.username, goodPassword, from);
  const device = opened.cookies.find(({ name }) => name === 'candor_device')?.value ?? '';
  const fail = (number: number) => {
    const phone = `+8613900${String(number).padStart(6, '0')}`;
    const payload = { method: 'phone', phone, code: '000000' };
    return app.inject({ method: 'POST', url: '/api/identity/login', remoteAddress: from, payload });
  };
  for (let number = 0; number < 99; number += 1) expect((await fail(number)).statusCode).toBe(400);
  for (let time = 0; time < 2; time += 1)
    expect((await login(app, user.username, goodPassword, from)).statusCode).toBe(200);
  expect((await fail(99)).statusCode).toBe(400);
  expect((await login(app, user.username, goodPassword, from)).statusCode).toBe(429);
  const known = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: from,
    headers: { cookie: `candor_device=${device}`, 'x-candor-csrf': '1' },
    payload: { method: 'password', login: user.username, password: goodPassword },
  });
  expect(known.statusCode).toBe(200);
});

test('a browser that logs in again has one session, not two', async ({ app }) => {
  const person = await aPerson(app);
  const again = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    headers: person.headers,
    remoteAddress: anAddress(),
    payload: { method: 'password', login: person.user.username, password: goodPassword },
  });
  expect(again.statusCode).toBe(200);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
});
