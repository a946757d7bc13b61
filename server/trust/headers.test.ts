import { expect } from 'vitest';
import { aPerson } from '../testing/factories.ts';
import { test } from '../testing/test.ts';

test('every answer carries the security headers', async ({ app }) => {
  for (const url of ['/healthz', '/api/privacy/collection-list', '/api/nothing', '/v1/models']) {
    const { headers } = await app.inject({ url });
    expect(headers['content-security-policy'], url).toContain("default-src 'self'");
    expect(headers['content-security-policy'], url).not.toContain('unsafe-eval');
    expect(headers['x-content-type-options'], url).toBe('nosniff');
    expect(headers['referrer-policy'], url).toBe('no-referrer');
    expect(headers['x-frame-options'], url).toBeDefined();
  }
});

test('a page of another site cannot act with the cookie of a person', async ({ app }) => {
  const person = await aPerson(app);
  const { cookie } = person.headers;
  const attempt = (headers: Record<string, string>) =>
    app.inject({
      method: 'PATCH',
      url: '/api/identity/me',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      payload: { displayName: 'x' },
    });
  expect((await attempt({})).statusCode).toBe(403);
  expect((await attempt({ 'x-candor-csrf': '1', origin: 'https://evil.example' })).statusCode).toBe(403);
  expect((await attempt({ 'x-candor-csrf': '1', 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
  expect((await attempt(person.headers)).statusCode).toBe(200);
});

test('what is about a person is never cached in between', async ({ app }) => {
  const person = await aPerson(app);
  for (const url of ['/api/identity/me', '/api/wallet', '/api/privacy/my-data']) {
    const { headers } = await app.inject({ url, headers: person.headers });
    expect(headers['cache-control'], url).toBe('no-store');
  }
});
