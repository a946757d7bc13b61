import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { type JsonSchema, operationsOf } from './operations.ts';

/** Where a schema lets in more than any column behind it can be made for. */
function unboundedIn(schema: JsonSchema, at: string): string[] {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const inner = variants.flatMap((variant) => unboundedIn(variant, at));
  if (variants.length > 0 || schema.enum !== undefined || schema.const !== undefined) return inner;
  const types = [schema.type].flat();
  const faults: string[] = [];
  if (types.includes('string') && !isBoundedText(schema)) faults.push(`${at}: a string without a length`);
  if ((types.includes('integer') || types.includes('number')) && !isBoundedNumber(schema))
    faults.push(`${at}: a number without a range`);
  if (types.includes('array')) {
    if (schema.maxItems === undefined) faults.push(`${at}: a list without a length`);
    faults.push(...unboundedIn(schema.items ?? {}, `${at}[]`));
  }
  if (types.includes('object')) {
    const { additionalProperties: others, properties = {} } = schema;
    if (typeof others === 'object') faults.push(...unboundedIn(others, `${at}.*`));
    for (const [name, property] of Object.entries(properties))
      faults.push(...unboundedIn(property, `${at}.${name}`));
  }
  if (schema.type === undefined) faults.push(`${at}: anything at all`);
  return faults;
}

const fixedFormats = new Set(['date-time', 'date']);

function isBoundedText({ maxLength, format = '', pattern }: JsonSchema): boolean {
  return maxLength !== undefined || fixedFormats.has(format) || (pattern !== undefined && isBounded(pattern));
}

/** From beginning to end, and nothing in it without end. */
function isBounded(pattern: string): boolean {
  return /^\^.*\$$/.test(pattern) && !/[*+]|\{\d+,\}/.test(pattern.replaceAll(/\\./g, ''));
}

function isBoundedNumber(schema: JsonSchema): boolean {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  return (minimum ?? exclusiveMinimum) !== undefined && (maximum ?? exclusiveMaximum) !== undefined;
}

test('no documented operation takes a string without a length, a number without a range, a list without a length', async ({
  app,
}) => {
  await app.ready();
  const faults = operationsOf(app).flatMap(({ method, path, parameters, bodySchema }) => [
    ...parameters.flatMap(({ name, schema }) => unboundedIn(schema, `${method} ${path} ?${name}`)),
    ...(bodySchema === null ? [] : unboundedIn(bodySchema, `${method} ${path} body`)),
  ]);
  expect(faults).toEqual([]);
});

test('the check of schemas finds each kind of fault, however deep it lies', () => {
  const text: JsonSchema = { type: 'string' };
  const faulty: Record<string, JsonSchema> = {
    'string without a length': {
      type: 'object',
      properties: { a: { type: 'array', maxItems: 1, items: text } },
    },
    'number without a range': { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 0 }] },
    'list without a length': { type: 'array', items: { ...text, maxLength: 1 } },
    'anything at all': { type: 'object', additionalProperties: {} },
    'a string without a length': { ...text, pattern: '^[a-z]+$' },
  };
  for (const [fault, schema] of Object.entries(faulty))
    expect(unboundedIn(schema, 'x').join(), fault).toContain(fault);
});

test('what is the same at every edge has one schema: cursors, page sizes, ids and times', async ({ app }) => {
  await app.ready();
  const schemasOf = (isMeant: (name: string, schema: JsonSchema) => boolean) =>
    new Set(
      operationsOf(app)
        // A range of the public log is asked for by its numbers.
        .filter(({ path }) => path !== '/api/audit/log/entries')
        .flatMap(({ parameters }) => parameters)
        .filter(({ name, schema }) => isMeant(name, schema))
        .map(({ schema }) => JSON.stringify(schema)),
    );
  expect(schemasOf((name) => name === 'cursor').size).toBe(1);
  expect(schemasOf((name) => name === 'limit').size).toBe(1);
  expect(schemasOf((name) => name === 'from' || name === 'to').size).toBe(1);
  // Models have names of their vendors; the log is also about what has no id.
  const named = new Set(['modelId', 'targetId']);
  const ids = [...schemasOf((name) => name.endsWith('Id') && !named.has(name))];
  expect(ids.filter((schema) => !schema.includes('_[0-7][0-9a-hjkmnp-tv-z]{25}$'))).toEqual([]);
});
