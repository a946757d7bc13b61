import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';

const dist = fileURLToPath(new URL('../../console/dist/', import.meta.url));
// `npm test` does not build the console; where it is built, how it is served is checked too.
const isBuilt = existsSync(`${dist}index.html`);

test('an unknown address of an interface is a problem, never a page', async ({ app }) => {
  for (const url of [
    '/api/nothing',
    '/v1x',
    '/assets/nothing.js',
    '/assets',
    '/assets/',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/.hidden',
    '/.well-known/nothing',
    '/robots.txt',
    '/.git/config',
    '/index.php?x',
  ]) {
    const answer = await app.inject({ url, headers: { accept: 'text/html' } });
    if (url === '/v1x' && isBuilt) continue;
    expect(answer.statusCode, url).toBe(404);
    expect(answer.headers['content-type'], url).toContain('json');
  }
});

test('no problem is kept by a cache, whichever address it answers', async ({ app }) => {
  for (const url of [
    '/problems/%00',
    '/%00',
    '/assets/nothing.js',
    '/api/nothing',
    '/robots.txt',
    '/v1/nothing',
  ]) {
    const answer = await app.inject({ url });
    expect([answer.statusCode >= 400, answer.headers['cache-control']], url).toEqual([true, 'no-store']);
  }
});

test('hashed files of the console may be kept for ever, its start page never', async ({ app }) => {
  if (!isBuilt) return;
  // Small files have no compressed twin.
  const names = readdirSync(`${dist}assets`);
  const script = names.find((name) => name.endsWith('.js') && names.includes(`${name}.br`)) ?? '';
  const asset = await app.inject({ url: `/assets/${script}`, headers: { 'accept-encoding': 'br' } });
  expect(asset.headers['cache-control']).toContain('immutable');
  expect(asset.headers['content-encoding']).toBe('br');
  for (const method of ['GET', 'HEAD'] as const) {
    const page = await app.inject({ method, url: '/wallet' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-type']).toContain('text/html');
  }
});

test('the type of a problem is the address of a page, and an unknown code is not found', async ({ app }) => {
  if (!isBuilt) return;
  const { type } = (await app.inject({ url: '/api/wallet' })).json<{ type: string }>();
  for (const [url, status] of [
    [type, 200],
    ['/problems', 200],
    ['/problems/kernel.no_such_code', 404],
    ['/problems/toString', 404],
  ] as const) {
    const page = await app.inject({ url, headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers['content-type']], url).toEqual([
      status,
      'text/html; charset=utf-8',
    ]);
  }
});
