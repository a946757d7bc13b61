import { expect } from 'vitest';
import { aPerson } from '../testing/factories.ts';
import { test } from '../testing/test.ts';

const hostileBodies = {
  'lists in lists, half a million deep': ['['.repeat(480_000) + ']'.repeat(480_000), 'JSON object'],
  'objects in objects': [`${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`, 'at most 32 levels'],
  'objects in objects that are never closed': ['{"a":'.repeat(170_000), 'at most 32 levels'],
  'too many fields': [
    JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, 1]))),
    '256',
  ],
  'too many values': [JSON.stringify({ displayName: Array.from({ length: 300_000 }, () => 1) }), '20000'],
  'one field twice': ['{"displayName":"a","displayName":"b"}', 'twice'],
} as const;

for (const [name, [payload, rule]] of Object.entries(hostileBodies)) {
  test(`a body of ${name} is refused by a 400 that names the rule`, async ({ app }) => {
    const person = await aPerson(app);
    const response = await app.inject({
      method: 'PATCH',
      url: '/api/identity/me',
      headers: { ...person.headers, 'content-type': 'application/json' },
      payload,
    });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      code: 'kernel.invalid_input',
      issues: [{ path: 'body', message: expect.stringContaining(rule) }],
    });
  });
}

test('callers who are not known yet may send little, and are refused before a large body is read', async ({
  app,
}) => {
  const logIn = (padding: number) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/login',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ identifier: 'x', password: 'x'.repeat(padding) }),
    });
  expect((await logIn(200_000)).statusCode).toBe(413);
  expect((await logIn(10)).statusCode).not.toBe(413);
});

test('a body is not parsed for a caller without a session', async ({ app }) => {
  const response = await app.inject({
    method: 'PATCH',
    url: '/api/identity/me',
    headers: { 'content-type': 'application/json' },
    payload: '{"broken',
  });
  expect(response.statusCode).toBe(401);
});

test('text that cannot be stored is refused by a 400 that names the field', async ({ app }) => {
  const person = await aPerson(app);
  for (const text of ['\\u0000', '\\ud800', 'x\\udc00x']) {
    const response = await app.inject({
      method: 'PATCH',
      url: '/api/identity/me',
      headers: { ...person.headers, 'content-type': 'application/json' },
      payload: `{"displayName":"${text}"}`,
    });
    expect(response.statusCode, text).toBe(400);
    expect(response.json(), text).toMatchObject({ issues: [{ path: 'body.displayName' }] });
  }
});

test('a time outside what the database can hold is refused by a 400 that names the field', async ({
  app,
}) => {
  const person = await aPerson(app);
  const response = await app.inject({
    url: '/api/wallet/transactions?from=0000-01-01T00:00:00Z',
    headers: person.headers,
  });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ issues: [{ path: 'querystring.from' }] });
});
