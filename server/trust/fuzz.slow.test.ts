import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import { aPerson, anOperator } from '../testing/factories.ts';
import { test } from '../testing/test.ts';
import { fillPath, type JsonSchema, operationsOf } from './operations.ts';

/** Values that break naive handlers: wrong types, extremes, hostile text. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    2 ** 53,
    0.1,
    '',
    '\u0000',
    '\ud800',
    '💥'.repeat(500),
    "'; drop table x; --",
    '../../etc',
    '${7*7}',
    [],
    {},
    [[]],
    '__proto__',
    'x'.repeat(10_000),
    '-9223372036854775809',
    '2026-02-30T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '275760-09-13T00:00:00Z',
  ),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
);

/** A body that has the right keys often enough to get past the door, with hostile values in them. */
function bodyFor(schema: JsonSchema | null): fc.Arbitrary<unknown> {
  const variants = schema?.anyOf ?? schema?.oneOf ?? (schema === null ? [] : [schema]);
  const objects = variants.map((variant) =>
    fc.record(
      Object.fromEntries(
        Object.entries(variant.properties ?? {}).map(([key, property]) => [key, valueFor(property)]),
      ),
      { requiredKeys: [] },
    ),
  );
  return fc.oneof(hostile, ...objects, ...objects);
}

function valueFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined)
    return fc.oneof({ arbitrary: fc.constant(schema.const), weight: 4 }, hostile);
  if (schema.enum !== undefined)
    return fc.oneof({ arbitrary: fc.constantFrom(...schema.enum), weight: 4 }, hostile);
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.oneof(fc.integer(), fc.maxSafeInteger(), hostile);
  if (schema.type === 'boolean') return fc.oneof(fc.boolean(), hostile);
  if (schema.type === 'array') return fc.oneof(fc.array(hostile, { maxLength: 3 }), hostile);
  if (schema.properties !== undefined) return bodyFor(schema);
  return fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.emailAddress(), hostile);
}

/** A hostile value as an address can carry it. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

const runsPerOperation = 12;

test(
  'hostile input on every route is answered with a 4xx problem or success, never 500',
  { timeout: 120_000 },
  async ({ app, database }) => {
    await app.ready();
    const operations = operationsOf(app);
    expect(operations.length).toBeGreaterThan(20);
    const failures: string[] = [];
    for (const operation of operations) {
      // A fresh person with every permission per operation: a fuzzed "log out" or "revoke" must not shield the operations after it.
      const person = await anOperator(app, database);
      const input = fc.record({
        body: bodyFor(operation.bodySchema),
        query: fc.array(
          fc.tuple(
            fc.constantFrom('x', ...operation.queryParameters),
            fc.oneof(fc.string(), hostile.map(asText)),
          ),
          { maxLength: 4 },
        ),
        parameter: fc.oneof(
          fc.string({ minLength: 1 }),
          fc.constantFrom('user_01h455vb4pex5vsknk084sn02q', '..', '%00', 'x'.repeat(180)),
        ),
      });
      await fc.assert(
        fc.asyncProperty(input, async ({ body, query, parameter }) => {
          const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE';
          const request: InjectOptions = {
            method: operation.method,
            url: fillPath(operation.path, () => parameter),
            query: Object.fromEntries(query),
            headers: {
              ...person.headers,
              ...(hasBody
                ? { 'content-type': 'application/json', 'idempotency-key': `fuzz-${parameter.length}` }
                : {}),
            },
            ...(hasBody ? { payload: JSON.stringify(body) ?? 'null' } : {}),
          };
          const response = await app.inject(request);
          if (response.statusCode >= 500)
            failures.push(
              `${operation.method} ${operation.path} ${response.statusCode} ${JSON.stringify({ body, query, parameter }).slice(0, 300)}`,
            );
          if (response.statusCode >= 400 && operation.path.startsWith('/api/')) {
            expect(response.headers['content-type']).toContain('application/problem+json');
            expect(response.json()).toMatchObject({
              status: response.statusCode,
              code: expect.any(String),
              requestId: expect.any(String),
            });
          }
        }),
        { numRuns: runsPerOperation, seed: 20261123 },
      );
    }
    expect(failures).toEqual([]);
  },
);

test('broken JSON, wrong content types and oversized bodies are answered with problems', async ({ app }) => {
  const person = await aPerson(app);
  const send = (payload: string, type: string) =>
    app.inject({
      method: 'PATCH',
      url: '/api/identity/me',
      headers: { ...person.headers, 'content-type': type },
      payload,
    });
  expect((await send('{"displayName": ', 'application/json')).statusCode).toBe(400);
  expect((await send('displayName=x', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
  expect(
    (await send(JSON.stringify({ displayName: 'x'.repeat(2 ** 20) }), 'application/json')).statusCode,
  ).toBe(413);
  expect((await send('{"__proto__": {"isOperator": true}}', 'application/json')).statusCode).toBe(400);
  const nul = await send('{"displayName": "a\\u0000b"}', 'application/json');
  expect(nul.statusCode).toBe(400);
  expect(nul.json()).toMatchObject({
    code: 'kernel.invalid_input',
    issues: [{ message: 'must not contain the character U+0000' }],
  });
});
