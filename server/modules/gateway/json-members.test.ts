import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedJson, parseMember, readMembers } from './json-members.ts';

const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }), {
  noNullPrototype: true,
});

test('every member of any JSON object is found with its exact value', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const expected = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
      const json = Buffer.from(JSON.stringify(value, null, space));
      const members = readMembers(json);
      expect([...members.keys()].sort()).toEqual(Object.keys(expected).sort());
      for (const member of members.values()) expect(parseMember(json, member)).toEqual(expected[member.name]);
    }),
  );
});

test('damage that changes which members there are is refused, whatever the damage', () => {
  fc.assert(
    fc.property(
      object,
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', ' '),
      (value, place, inserted) => {
        const text = JSON.stringify(value);
        const at = place % (text.length + 1);
        // Through bytes, as it would arrive: a pair of surrogates cut in half becomes a replacement character.
        const damaged = Buffer.from(
          inserted === '' ? text.slice(0, at) : text.slice(0, at) + inserted + text.slice(at),
        ).toString();
        const parsed = tryParse(damaged);
        const names = tryNames(damaged);
        if (parsed === null || names === null) return;
        expect(names).toEqual(Object.keys(parsed).sort());
      },
    ),
    { numRuns: 2000 },
  );
});

test('whatever JSON.parse takes as an object without repeated names is taken', () => {
  for (const text of [
    '{}',
    ' {\n} ',
    '{"a":-1.5E+3}',
    '{"\\u006dodel":"x"}',
    '{"a":"\\\\"}',
    '{"a":"\\\\\\""}',
    '{"":[[],{}]}',
  ]) {
    expect([...readMembers(Buffer.from(text)).keys()]).toEqual(Object.keys(JSON.parse(text) as object));
  }
});

test.each([
  '',
  '[]',
  '"a"',
  '{',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{"a":1}}',
  '{"a":1} x',
  '{a:1}',
  '{"a":01}',
  '{"a":tru}',
  '{"a":[}',
  '{"a":"b',
  `{"a":${'['.repeat(500)}`,
])('is refused: %s', (text) => expect(() => readMembers(Buffer.from(text))).toThrow(MalformedJson));

test('a repeated name is refused, also when one of the two is written with escapes', () => {
  for (const text of [
    '{"model":"a","model":"b"}',
    '{"model":"a","\\u006dodel":"b"}',
    '{"stream":true,"x":1,"stream":false}',
  ]) {
    expect(() => readMembers(Buffer.from(text))).toThrow(/occurs twice/);
  }
});

function tryParse(text: string): object | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function tryNames(text: string): string[] | null {
  try {
    return [...readMembers(Buffer.from(text)).keys()].sort();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedJson);
    return null;
  }
}
