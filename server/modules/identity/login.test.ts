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

test('a wrong password and a name nobody has get the same answer', async ({ app }) => {
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

test('a name nobody has leaves the same traces as a wrong password', async ({ app, database }) => {
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

test('guessing one name from many addresses ends as well', async ({ app }) => {
  const { user } = await aPerson(app);
  const answers = [];
  for (let tries = 0; tries < 51; tries += 1)
    answers.push((await login(app, user.username, 'a wrong password')).statusCode);
  expect(answers.slice(0, 50).every((status) => status === 401)).toBe(true);
  expect(answers[50]).toBe(429);
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
