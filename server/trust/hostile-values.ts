import fc from 'fast-check';
import type { JsonSchema } from './operations.ts';

/** Texts that are well-formed where they stand, and not what the column behind is made for. */
const hostileTexts = [
  '',
  '\u0000',
  '0000-01-01T00:00:00Z',
  '0000-01',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '1e400',
  '-9223372036854775809',
  '１２',
  '٣',
  'user_01h455vb4pex5vsknk084sn02q',
  'topup_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  'tenant_00000000000000000000000000:part',
  '__proto__',
  'constructor',
  '\u202Ereversed',
  "'; drop table x; --",
  '${7*7}{{7*7}}',
  '💥'.repeat(400),
  'x'.repeat(10_000),
];

/** Numbers as JSON text, because neither -0 nor 1e400 survives being written again. */
const hostileNumbers = [
  '-0',
  '0',
  '-1',
  '0.1',
  '1e-400',
  '1e30',
  '1e400',
  '-1e400',
  '2147483648',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775808',
  '1000000000000000000000000000000',
];

/** What is of another kind than whatever it stands in place of. */
const otherKinds = [
  'null',
  'true',
  '"x"',
  '7',
  '[]',
  '[[[]]]',
  '["x","x"]',
  '{}',
  '{"__proto__":{"isOperator":true}}',
  '{"constructor":{"prototype":{"isOperator":true}}}',
  '{"a":1,"a":2}',
];

const hostileStrings = [...hostileTexts.map((text) => JSON.stringify(text)), '"\\ud800"', '"a\\udc00b"'];

/** JSON text to write in place of a value. */
export function hostileJsonFor(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...hostileStrings, ...otherKinds];
  return typeof value === 'number' ? [...hostileNumbers, ...otherKinds, '"１２"'] : otherKinds;
}

/** Values as an address carries them: the same, and bytes that are no UTF-8. */
export const hostileParts: readonly string[] = [
  ...hostileTexts.map(encodeURIComponent),
  '%ED%A0%80',
  '%FF',
  '%',
  '%2e%2e%2f',
  'null',
  '[]',
  '1,2',
];

/** What a test knows to be right where the schema cannot say it. */
const knownValues: Record<string, unknown> = {
  channel: 'sandbox',
  table: 'billing.usage_events',
};

/** A value the schema allows, so that the verb behind meets what is hostile beside it. */
export function allowedValue(schema: JsonSchema, name = ''): unknown {
  const known = knownValues[name];
  if (known !== undefined) return known;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [variant] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (variant !== undefined) return allowedValue(variant, name);
  const types = [schema.type].flat();
  if (types.includes('boolean')) return true;
  if (types.includes('integer') || types.includes('number')) return Math.max(schema.minimum ?? 1, 1);
  if (types.includes('array')) return schema.items === undefined ? [] : [allowedValue(schema.items)];
  if (types.includes('string')) return allowedText(schema);
  return allowedObject(schema);
}

export function allowedObject({ properties = {} }: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, allowedValue(property, name)]),
  );
}

const formats: Record<string, string> = {
  'date-time': '2026-11-01T00:00:00Z',
  date: '2026-11-01',
  email: 'somebody@example.com',
  uri: 'https://example.com',
};

function allowedText({ pattern, format, minLength = 1, maxLength = 5 }: JsonSchema): string {
  const known = formats[format ?? ''];
  if (known !== undefined) return known;
  if (pattern === undefined) return 'x'.repeat(Math.min(Math.max(minLength, 5), maxLength));
  const prefix = /^\^([a-z]+)_\[0-7\]/.exec(pattern)?.[1];
  if (prefix !== undefined) return `${prefix}_01h455vb4pex5vsknk084sn02q`;
  const [text = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 20261128 });
  return text;
}

/** Where a value stands in a body, from the outside inwards. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Every place of a value, itself first. */
export function placesOf(value: unknown, path: Place['path'] = []): Place[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    placesOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [{ path, value }, ...inner];
}

/** The JSON text of a value with other JSON text at one place of it. */
export function withJsonAt(value: unknown, path: Place['path'], json: string): string {
  const [first, ...rest] = path;
  if (first === undefined) return json;
  if (Array.isArray(value))
    return `[${value.map((item, index) => (index === first ? withJsonAt(item, rest, json) : JSON.stringify(item))).join(',')}]`;
  const entries = Object.entries(value as object).map(
    ([key, item]) =>
      `${JSON.stringify(key)}:${key === first ? withJsonAt(item, rest, json) : JSON.stringify(item)}`,
  );
  return `{${entries.join(',')}}`;
}
