import { expect } from 'vitest';
import {
  anAddress,
  aPerson,
  goodPassword,
  type Person,
  readCode,
  readMessages,
} from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

type App = Parameters<typeof aPerson>[0];

/** A code counts only where it was asked for. */
const here = anAddress();

function askCode(app: App, email: string | null) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: here,
    payload: { email, use: 'recover' },
  });
}

function recover(app: App, body: object) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/recover',
    remoteAddress: here,
    payload: body,
  });
}

function login(app: App, person: Person, password: string, remoteAddress = anAddress()) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    payload: { method: 'password', login: person.user.username, password },
  });
}

const newPassword = 'a second lantern, brighter';

test('D-ACC-3 recovery by code sets a new password, ends every session and says so by message', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await askCode(app, email);
  const answer = await recover(app, { email, code: await readCode(database, email), newPassword });
  expect(answer.statusCode).toBe(204);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  expect((await login(app, person, goodPassword)).statusCode).toBe(401);
  expect((await login(app, person, newPassword)).statusCode).toBe(200);
  expect((await readMessages(database, email)).map(({ template }) => template)).toEqual([
    'code',
    'recovered',
  ]);
});

test('recovery opens a name that guessing had slowed', async ({ app, database }) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await Promise.all(Array.from({ length: 51 }, () => login(app, person, 'a wrong password')));
  await askCode(app, email);
  await recover(app, { email, code: await readCode(database, email), newPassword });
  const from = anAddress();
  for (let tries = 0; tries < 4; tries += 1) await login(app, person, 'a wrong password', from);
  expect((await login(app, person, newPassword, from)).statusCode).toBe(200);
});

test('recovery answers alike for a wrong code and for an unknown address', async ({ app, database }) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await askCode(app, email);
  await askCode(app, 'no-one-here@example.com');
  const code = (await readCode(database, email)) === '123456' ? '654321' : '123456';
  const answers = [
    await recover(app, { email, code, newPassword }),
    await recover(app, { email: 'no-one-here@example.com', code, newPassword }),
  ];
  const shown = answers.map((answer) => ({
    status: answer.statusCode,
    body: { ...answer.json<object>(), requestId: '' },
  }));
  expect(shown[0]).toMatchObject({ status: 400, body: { code: 'identity.wrong_code' } });
  expect(shown[1]).toEqual(shown[0]);
  expect((await login(app, person, goodPassword)).statusCode).toBe(200);
});

test('a refused new password leaves the code good for a better one', async ({ app, database }) => {
  const person = await aPerson(app, { username: 'henrietta-long-name' });
  const email = person.user.email ?? '';
  await askCode(app, email);
  const code = await readCode(database, email);
  const refused = await recover(app, { email, code, newPassword: 'Henrietta-Long-Name' });
  expect(refused.json()).toMatchObject({
    code: 'identity.weak_password',
    rule: 'same_as_name',
    issues: [{ path: 'body.newPassword' }],
  });
  expect((await recover(app, { email, code, newPassword })).statusCode).toBe(204);
});
