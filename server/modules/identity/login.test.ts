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

test('a name nobody has costs as much work as a wrong password: queries, entries, and the hash', async ({
  app,
  database,
}) => {
  const { user } = await aPerson(app);
  async function workFor(name: string) {
    const before = await counted();
    const durations: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const startedAt = performance.now();
      await login(app, name, 'a wrong password');
      durations.push(performance.now() - startedAt);
    }
    const after = await counted();
    return {
      rows: after.map((value, index) => value - (before[index] ?? 0)),
      fastestMs: Math.min(...durations),
    };
  }
  async function counted(): Promise<number[]> {
    const result = await database.admin.query<{ entries: string; attempts: string }>(
      `select (select count(*) from audit.entries where action = 'identity.login_refused') as entries, (select count(*) from identity.attempts) as attempts`,
    );
    return [Number(result.rows[0]?.entries), Number(result.rows[0]?.attempts)];
  }
  const known = await workFor(user.username);
  const unknown = await workFor('nobody-knows-this-one');
  expect(unknown.rows).toEqual(known.rows);
  // The hash is most of the time: without it the answer would come several times faster.
  expect(unknown.fastestMs).toBeGreaterThan(known.fastestMs * 0.5);
  expect(known.fastestMs).toBeGreaterThan(unknown.fastestMs * 0.5);
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

test('one address that tries many names is stopped, whichever names those are', async ({ app }) => {
  const from = anAddress();
  const answers = [];
  for (let tries = 0; tries < 101; tries += 1)
    answers.push((await login(app, `guess-${tries}`, 'a wrong password', from)).statusCode);
  expect(new Set(answers.slice(0, 100))).toEqual(new Set([401]));
  expect(answers[100]).toBe(429);
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
