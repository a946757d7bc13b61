import { expect, test } from 'vitest';
import { readMembers } from '../../kernel/json-members.ts';
import { createModelNaming, withPublicModel } from './model-naming.ts';

// Whose model it is in truth stays between the operator and the supplier.

/** A naming that has read these events, each an object. */
function after(...read: string[]) {
  const naming = createModelNaming('public');
  for (const json of read) naming.learn(Buffer.from(json), readMembers(Buffer.from(json)));
  return (text: string) => naming.rename(Buffer.from(text))?.toString() ?? null;
}

test('every name as the upstream was seen to write it becomes the public one, and nothing else changes', () => {
  const rename = after('{"id":1,"model": "vendor/m","choices":[]}');
  expect(rename('{"model": "vendor/m","x":1} {"a":2,"model": "vendor/m"}')).toBe(
    '{"model":"public","x":1} {"a":2,"model":"public"}',
  );
  expect(rename('{"choices":[{"text":"\\"model\\": \\"vendor/m\\""}]}')).toBe(
    '{"choices":[{"text":"\\"model\\": \\"vendor/m\\""}]}',
  );
});

test('a name that the upstream was not seen to write must be read first', () => {
  expect(after()('{"model":"vendor/m"}')).toBeNull();
  const rename = after('{"model":"vendor/m"}');
  for (const text of ['{"model":"other"}', '{"model": "vendor/m"}', '{"model":"vendor/m"} {"model":"x"}'])
    expect(rename(text), text).toBeNull();
  expect(after('{"model":"vendor/m"}', '{"model":"other"}')('{"model":"other"}')).toBe('{"model":"public"}');
  expect(after('{"model":"vendor/m"}', '{"id":1}')('{"model":"vendor/m"}')).toBe('{"model":"public"}');
});

test('bytes without a name, or with the public one, are the same bytes', () => {
  const naming = createModelNaming('public');
  const json = Buffer.from('{"model":"public"}');
  naming.learn(json, readMembers(json));
  for (const text of [
    '{"choices":[]}',
    '{"x":"model"}',
    '{"model":null}',
    '{"model":7}',
    '{"model":"public"}',
  ]) {
    const bytes = Buffer.from(text);
    expect(naming.rename(bytes), text).toBe(bytes);
  }
});

test('a whole reply names the model as the catalogue does, and one without a name stays as it is', () => {
  const of = (text: string) =>
    withPublicModel(Buffer.from(text), readMembers(Buffer.from(text)), 'a "public" name').toString();
  expect(of('{"id":1,"model" : "vendor/m" ,"x":{"model":"inner"}}')).toBe(
    '{"id":1,"model" : "a \\"public\\" name" ,"x":{"model":"inner"}}',
  );
  expect(of('{"x":{"model":"inner"}}')).toBe('{"x":{"model":"inner"}}');
});
