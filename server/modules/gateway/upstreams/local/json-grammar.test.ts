import { expect, test } from 'vitest';
import { jsonSchemaGrammar } from './json-grammar.ts';

// What the grammars admit is shown with the real engine in local-model-server.test.ts.

test('a schema may refer to itself', () => {
  const tree = {
    type: 'object',
    properties: { leaves: { type: 'array', items: { $ref: '#' } } },
    required: ['leaves'],
  };
  expect(jsonSchemaGrammar(tree)).toContain('ref-0 ::= ');
});

test.for([
  ['a pattern', { type: 'string', pattern: '^a' }],
  ['allOf', { allOf: [{ type: 'string' }] }],
  ['an unknown type', { type: 'date' }],
  ['a reference to elsewhere', { $ref: 'https://example.com/schema' }],
  ['a reference to nothing', { $ref: '#/$defs/missing' }],
  ['a reference through the prototype', { $ref: '#/constructor' }],
  ['a huge repetition', { type: 'array', items: {}, minItems: 1_000_000_000 }],
  ['bounds that contradict', { type: 'string', minLength: 3, maxLength: 2 }],
  [
    'more parts than fit',
    { enum: undefined, anyOf: Array.from({ length: 600 }, () => ({ type: 'string' })) },
  ],
  ['no schema at all', 7],
] as const)('%s is refused as the fault of the request', ([, schema]) => {
  expect(() => jsonSchemaGrammar(schema)).toThrow(
    expect.objectContaining({ status: 400, param: 'response_format' }),
  );
});

test('a schema nested without end is refused', () => {
  const value: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  expect(() => jsonSchemaGrammar({ const: value })).toThrow(expect.objectContaining({ status: 400 }));
  const nested = Array.from({ length: 2000 }).reduce<object>((items) => ({ type: 'array', items }), {
    type: 'null',
  });
  expect(() => jsonSchemaGrammar(nested)).toThrow(expect.objectContaining({ status: 400 }));
});
