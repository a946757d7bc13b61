import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { problemPages } from '../testing/problem-pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const openapi = JSON.parse(readFileSync(`${root}docs/openapi.json`, 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
};
/** The model routes and pages that are no interface of the console. */
const besidesOpenapi = [/^\/v1\//, /^\/api\/openapi\.json$/, /^\/api\/gateway\/(chat|metrics)/];

function exists(method: string, path: string): boolean {
  if (besidesOpenapi.some((pattern) => pattern.test(path))) return true;
  return openapi.paths[path]?.[method.toLowerCase()] !== undefined;
}

test('every act that a problem page tells a person to do is an interface that exists', () => {
  const missing: string[] = [];
  let acts = 0;
  for (const name of problemPages()) {
    const text = readFileSync(`${root}${name}`, 'utf8');
    for (const [, method = '', path = ''] of text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^\s`?]+)/g)) {
      acts += 1;
      if (!exists(method, path)) missing.push(`${name}: ${method} ${path}`);
    }
  }
  expect(missing).toEqual([]);
  expect(acts).toBeGreaterThan(5);
});
