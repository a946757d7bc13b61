import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type JsonBounds,
  MalformedJson,
  modelJsonBounds,
  parseMember,
  readMembers,
  scanMembers,
  sliceBytes,
} from './json-members.ts';

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

/** Turns other work gets, and what was wrong. */
function scan(text: string, bounds: JsonBounds = modelJsonBounds): { turns: number; refusal: string | null } {
  let turns = 0;
  try {
    for (const _pause of scanMembers(Buffer.from(text), bounds)) turns += 1;
    return { turns, refusal: null };
  } catch (error) {
    if (error instanceof MalformedJson) return { turns, refusal: error.message };
    throw error;
  }
}

test('a body past a bound is refused where it passes it, whatever follows', () => {
  const bounds = { members: 3, items: 10, depth: 4 };
  // What follows is no JSON, so a scanner that went on would say that instead.
  expect(scan('{"a":1,"b":2,"c":3,"d":4,!', bounds).refusal).toBe('The body must hold at most 3 fields.');
  expect(scan(`{"a":[${'1,'.repeat(11)}!`, bounds).refusal).toBe(
    'The body must hold at most 10 values in its lists and objects.',
  );
  expect(scan('{"a":[[[[[!', bounds).refusal).toBe('The body must be nested at most 4 levels deep.');
  expect(scan(`{"${'a'.repeat(1100)}":!`, bounds).refusal).toBe(
    'The name of a field must have at most 1024 bytes.',
  );
});

test.each([
  ['small strings', '"","",'.repeat(10 * sliceBytes)],
  ['numbers', '1,'.repeat(200_000)],
  ['escaped quotes', `"${String.raw`\"`.repeat(20 * sliceBytes)}",`],
])('a long body of %s gives other work its turn again and again', (_name, elements) => {
  const { turns } = scan(`{"a":[${elements}1]}`, { ...modelJsonBounds, items: Infinity });
  expect(turns).toBeGreaterThanOrEqual(5);
});

test.each([
  ['spaces', `{${' '.repeat(2 * sliceBytes)}"a":1}`],
  ['spaces in an empty list', `{"a":[${' '.repeat(2 * sliceBytes)}]}`],
  ['backslashes', `{"a":"${'\\'.repeat(2 * sliceBytes)}"}`],
])('a run of %s longer than a slice is refused', (_name, text) => {
  expect(scan(text).refusal).toContain('spaces or backslashes in a row');
});

test('a list knows how many elements it has', () => {
  const members = readMembers(
    Buffer.from('{"a":[],"b":[ ],"c":[[1,2],3],"d":{"x":[1,2,3]},"e":"[1,2]","f":[","]}'),
  );
  expect([...members.values()].map(({ elements }) => elements)).toEqual([0, 0, 2, 1, 0, 1]);
});
