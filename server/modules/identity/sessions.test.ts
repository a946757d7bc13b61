import { expect } from 'vitest';
import { buildApp } from '../../http/app.ts';
import { parseConfig } from '../../config/config.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { createLog } from '../../kernel/log.ts';
import {
  anAddress,
  aPerson,
  goodPassword,
  type Person,
  personOf,
  readMessages,
} from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { createCandor } from '../../candor.ts';

type App = Parameters<typeof aPerson>[0];
const hourMs = 60 * 60 * 1000;

/** The same person in another browser. */
async function anotherBrowser(app: App, person: Person): Promise<Person> {
  const remoteAddress = anAddress();
  const payload = { method: 'password', login: person.user.username, password: goodPassword };
  const answer = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    payload,
    headers: { 'user-agent': 'another browser' },
  });
  return personOf(app, answer, remoteAddress);
}

interface Listed {
  id: string;
  ip: string;
  userAgent: string;
  isCurrent: boolean;
  lastSeenAt: string;
}

async function listed(person: Person): Promise<Listed[]> {
  return (await person.call('GET', '/api/identity/sessions')).json<{ items: Listed[] }>().items;
}

async function status(person: Person): Promise<number> {
  return (await person.call('GET', '/api/identity/me')).statusCode;
}

test('D-ACC-6 a session without any operation for 24 hours is over', async ({ app, clock }) => {
  const person = await aPerson(app);
  clock.advanceMs(24 * hourMs - 1000);
  expect(await status(person)).toBe(200);
  clock.advanceMs(24 * hourMs);
  const answer = await person.call('GET', '/api/identity/me');
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: 'kernel.unauthenticated' });
});

test('D-ACC-6 who keeps working stays logged in, up to thirty days', async ({ app, clock }) => {
  const person = await aPerson(app);
  for (let day = 0; day < 29; day += 1) {
    clock.advanceMs(23 * hourMs);
    expect(await status(person)).toBe(200);
  }
  clock.advanceMs(23 * hourMs);
  expect(await status(person)).toBe(200);
  clock.advanceMs(23 * hourMs);
  expect(await status(person)).toBe(200);
  clock.advanceMs(7 * hourMs);
  expect(await status(person)).toBe(401);
});

test('activity is written down at most once a minute', async ({ app, clock }) => {
  const person = await aPerson(app);
  const before = (await listed(person))[0]?.lastSeenAt;
  clock.advanceMs(59_000);
  expect((await listed(person))[0]?.lastSeenAt).toBe(before);
  clock.advanceMs(1000);
  await status(person);
  expect((await listed(person))[0]?.lastSeenAt).toBe(clock.now().toISOString());
});

test('a person sees where they are logged in and ends one of those sessions', async ({ app }) => {
  const person = await aPerson(app);
  const other = await anotherBrowser(app, person);
  const sessions = await listed(person);
  expect(sessions.map(({ userAgent, isCurrent }) => [userAgent, isCurrent])).toEqual([
    ['another browser', false],
    [expect.any(String), true],
  ]);
  expect(new Set(sessions.map(({ ip }) => ip)).size).toBe(2);
  expect((await person.call('DELETE', `/api/identity/sessions/${sessions[0]?.id}`)).statusCode).toBe(204);
  expect([await status(person), await status(other)]).toEqual([200, 401]);
});

test('ending all other sessions keeps this one', async ({ app }) => {
  const person = await aPerson(app);
  const others = [await anotherBrowser(app, person), await anotherBrowser(app, person)];
  expect((await person.call('POST', '/api/identity/sessions/revoke-others')).statusCode).toBe(204);
  expect([await status(person), ...(await Promise.all(others.map(status)))]).toEqual([200, 401, 401]);
});

test("another tenant's session answers like one that never was", async ({ app }) => {
  const [person, stranger] = [await aPerson(app), await aPerson(app)];
  const [theirs] = await listed(stranger);
  const answers = [
    await person.call('DELETE', `/api/identity/sessions/${theirs?.id}`),
    await person.call('DELETE', '/api/identity/sessions/sess_01h455vb4pex5vsknk084sn02q'),
  ];
  const shown = answers.map((answer) => ({ ...answer.json<object>(), requestId: '' }));
  expect(shown[0]).toMatchObject({ status: 404, code: 'kernel.not_found' });
  expect(shown[1]).toEqual(shown[0]);
  expect(await status(stranger)).toBe(200);
});

test('a cookie that was logged out is worthless, and logging out twice does no harm', async ({ app }) => {
  const person = await aPerson(app);
  const answer = await person.call('POST', '/api/identity/logout');
  expect(answer.statusCode).toBe(204);
  expect(answer.cookies).toEqual([expect.objectContaining({ name: 'candor_session', value: '' })]);
  expect(await status(person)).toBe(401);
  expect((await person.call('POST', '/api/identity/logout')).statusCode).toBe(204);
});

test('changing the password ends the other sessions, keeps this one and tells the person', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const other = await anotherBrowser(app, person);
  const newPassword = 'a second lantern, brighter';
  const answer = await person.call('POST', '/api/identity/me/password', {
    proof: { password: goodPassword },
    newPassword,
  });
  expect(answer.statusCode).toBe(204);
  expect([await status(person), await status(other)]).toEqual([200, 401]);
  const sent = await readMessages(database, person.user.email ?? '');
  expect(sent.map(({ template }) => template)).toEqual(['password_changed']);
});

test('who sits at a forgotten screen cannot try out the current password', async ({ app }) => {
  const person = await aPerson(app);
  const body = { proof: { password: 'a wrong password' }, newPassword: 'a second lantern, brighter' };
  for (let tries = 0; tries < 5; tries += 1) {
    const answer = await person.call('POST', '/api/identity/me/password', body);
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'identity.wrong_password',
      issues: [{ path: 'body.proof.password' }],
    });
  }
  expect(
    (await person.call('POST', '/api/identity/me/password', { ...body, proof: { password: goodPassword } }))
      .statusCode,
  ).toBe(429);
});

test('a password is set only with a proof, also by a person who has none yet', async ({ app }) => {
  const person = await aPerson(app);
  const answer = await person.call('POST', '/api/identity/me/password', {
    newPassword: 'a second lantern, brighter',
  });
  expect(answer.json()).toMatchObject({ code: 'kernel.invalid_input', issues: [{ path: 'body.proof' }] });
});

test('the cookie is out of reach of scripts and of other sites, and over https of eavesdroppers', async ({
  app,
  database,
  clock,
  anonymous,
}) => {
  const { version } = (await app.inject('/api/identity/policy')).json<{ version: string }>();
  const payload = {
    method: 'password',
    username: 'cookie-reader',
    email: 'cookie-reader@example.com',
    password: goodPassword,
    policyVersion: version,
  };
  const plain = await app.inject({
    method: 'POST',
    url: '/api/identity/register',
    payload,
    remoteAddress: anAddress(),
  });
  expect(plain.cookies[0]).toMatchObject({
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: 30 * 24 * 60 * 60,
  });
  expect(plain.cookies[0]?.secure).toBeUndefined();
  const config = parseConfig({ CANDOR_MODEL: 'none', CANDOR_PUBLIC_URL: 'https://cloud.example.com' });
  const deps = {
    product: createCandor(),
    db: database.db,
    databaseUrl: database.appUrl,
    clock,
    log: createLog('silent'),
    keyedHash: anonymous.keyedHash,
    vault: anonymous.vault,
    signingKey: anonymous.signingKey,
  };
  const secureApp = await buildApp({
    ...deps,
    config,
  });
  const login = { method: 'password', login: 'cookie-reader', password: goodPassword };
  const secure = await secureApp.inject({
    method: 'POST',
    url: '/api/identity/login',
    payload: login,
    remoteAddress: anAddress(),
  });
  expect(secure.cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
  for (const { name } of secure.cookies) expect(name).toMatch(/^__Host-candor_/);
  await secureApp.close();
});

test('sessions that are over leave the database', async ({ app, database, clock }) => {
  const person = await aPerson(app);
  clock.advanceMs(25 * hourMs);
  await runJobNow(
    contextWith(database, clock, { kind: 'system', name: 'sweep' }, null),
    'identity.sweep-sessions',
    {},
  );
  const left = await database.admin.query('select 1 from identity.sessions where user_id = $1', [
    person.user.id,
  ]);
  expect(left.rowCount).toBe(0);
});
