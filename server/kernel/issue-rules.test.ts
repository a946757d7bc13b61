import { expect } from 'vitest';
import { aPerson, goodPassword } from '../testing/factories.ts';
import { test } from '../testing/test.ts';

test('every issue of an invalid request has a stable rule, with its limit', async ({ app }) => {
  const person = await aPerson(app);
  const answer = await person.call('POST', '/api/identity/api-keys', { name: 'x'.repeat(500) });
  const { issues } = answer.json<{ issues: { path: string; rule: string; limit?: number }[] }>();
  expect(issues).toContainEqual(expect.objectContaining({ path: 'body.name', rule: 'too_long' }));
  expect(issues[0]?.limit).toBeGreaterThan(0);
  const missing = await person.call('POST', '/api/identity/api-keys', {});
  expect(missing.json<{ issues: object[] }>().issues).toContainEqual(
    expect.objectContaining({ path: 'body.name', rule: 'missing' }),
  );
});

test('a value of the wrong type is not called missing, in the body or in the address', async ({ app }) => {
  const person = await aPerson(app);
  for (const name of [5, true, null, ['x']]) {
    const answer = await person.call('POST', '/api/identity/api-keys', { name });
    expect(answer.json<{ issues: object[] }>().issues).toEqual([
      expect.objectContaining({ path: 'body.name', rule: 'wrong_type' }),
    ]);
  }
  const twice = await person.call('GET', '/api/wallet/top-ups?limit=1&limit=2');
  expect(twice.json<{ issues: object[] }>().issues).toEqual([
    expect.objectContaining({ path: 'querystring.limit', rule: 'wrong_type' }),
  ]);
});

test('a body that is not JSON is answered 415 also when it is text', async ({ app }) => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    headers: { 'content-type': 'text/plain' },
    payload: '{}',
  });
  expect(answer.statusCode).toBe(415);
});

test('a rule of our own is named too', async ({ app }) => {
  const person = await aPerson(app);
  const ruleOf = async (username: string) => {
    const answer = await person.call('PATCH', '/api/identity/me', {
      username,
      proof: { password: goodPassword },
    });
    return answer.json<{ issues: { path: string; rule: string }[] }>().issues.map(({ rule }) => rule);
  };
  expect(await ruleOf('adm1n')).toEqual(['reserved']);
  expect(await ruleOf('p\u0430ypal')).toEqual(['mixed_scripts']);
  expect(await ruleOf('13800138000')).toEqual(['like_a_phone']);
});
