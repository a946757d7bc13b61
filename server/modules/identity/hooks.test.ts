import { expect } from 'vitest';
import { anAddress, aPerson, goodPassword } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

const change = { method: 'PATCH', url: '/api/identity/me', payload: { displayName: 'changed' } } as const;

test('every route of the API asks for a session unless it says that it is open', async ({ app }) => {
  for (const url of [
    '/api/identity/me',
    '/api/identity/sessions',
    '/api/identity/api-keys',
    '/api/identity/tenants',
    '/api/notifications/outbox',
    '/api/audit/entries',
  ]) {
    expect([url, (await app.inject(url)).statusCode]).toEqual([url, 401]);
    expect([
      url,
      (await app.inject({ url, headers: { cookie: 'candor_session=invented' } })).statusCode,
    ]).toEqual([url, 401]);
  }
  expect((await app.inject('/api/identity/policy')).statusCode).toBe(200);
  expect((await app.inject('/api/nothing-here')).statusCode).toBe(404);
});

test('a change with a cookie but without our header is refused: a form of another site cannot set it', async ({
  app,
}) => {
  const person = await aPerson(app);
  const { cookie } = person.headers;
  const refused = await app.inject({ ...change, headers: { cookie } });
  expect(refused.json()).toMatchObject({ status: 403, code: 'identity.foreign_origin' });
  const ours = { ...person.headers, host: '127.0.0.1:8787' };
  const origins = [
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:8787' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'http://127.0.0.1:8787' }, 200],
    [{}, 200],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9999' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'https://127.0.0.1:8787' }, 403],
  ] as const;
  for (const [headers, status] of origins) {
    expect([headers, (await app.inject({ ...change, headers: { ...ours, ...headers } })).statusCode]).toEqual(
      [headers, status],
    );
  }
});

test('reading needs no header, so that links and downloads work', async ({ app }) => {
  const person = await aPerson(app);
  const { cookie } = person.headers;
  expect((await app.inject({ url: '/api/identity/me', headers: { cookie } })).statusCode).toBe(200);
});

test('another site cannot log a visitor into an account of its own', async ({ app }) => {
  const person = await aPerson(app);
  const payload = { method: 'password', login: person.user.username, password: goodPassword };
  const post = { method: 'POST', url: '/api/identity/login', remoteAddress: anAddress() } as const;
  expect(
    (await app.inject({ ...post, payload, headers: { 'sec-fetch-site': 'cross-site' } })).statusCode,
  ).toBe(403);
  expect(
    (await app.inject({ ...post, payload, headers: { origin: 'https://evil.example' } })).statusCode,
  ).toBe(403);
  // What a form can send without asking the browser first is not understood at all.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await app.inject({
      ...post,
      payload: JSON.stringify(payload),
      headers: { 'content-type': type },
    });
    expect([400, 415]).toContain(answer.statusCode);
    expect(answer.cookies).toEqual([]);
  }
});

test('a cookie without a session is taken back', async ({ app }) => {
  const answer = await app.inject({
    url: '/api/identity/me',
    headers: { cookie: 'candor_session=invented' },
  });
  expect(answer.cookies).toEqual([expect.objectContaining({ name: 'candor_session', value: '' })]);
});

test('what identity does is in the audit of the account, with the person as actor', async ({ app }) => {
  const person = await aPerson(app);
  await person.call('PATCH', '/api/identity/me', { displayName: 'Ida' });
  const entries = (await person.call('GET', '/api/audit/entries')).json<{
    items: { action: string; actor: string; details: object }[];
  }>().items;
  expect(entries.map(({ action }) => action)).toEqual([
    'identity.self_changed',
    'identity.session_opened',
    'identity.registered',
  ]);
  expect(entries[0]).toMatchObject({ actor: `user:${person.user.id}`, details: { displayName: true } });
});
