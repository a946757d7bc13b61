import { expect, test } from 'vitest';
import { gcmSealLimit, sealBlocks } from './seal-limit.ts';
import { decodeTombstone, decodeWrappedKey, encodeTombstone, encodeWrappedKey } from './wrapped-key.ts';

const key = { keyId: 'key_1', version: 2, epoch: 3, wrapped: 'opaque' };
const tombstone = {
  destroyedAt: '2026-11-23T08:00:00.000Z',
  keys: [{ keyId: 'key_1', version: 2, epoch: 3 }],
};

test('a wrapped key and a tombstone come back from the disk as they were written', () => {
  expect(decodeWrappedKey(encodeWrappedKey(key), 'here')).toEqual(key);
  expect(decodeTombstone(encodeTombstone(tombstone), 'here')).toEqual(tombstone);
  expect(decodeTombstone(encodeTombstone({ ...tombstone, keys: [] }), 'here').keys).toEqual([]);
});

/** Each fact of a thing in turn missing, and of another type or below one. */
function spoiltOnes(whole: object): object[] {
  const wrongs = [undefined, null, 7.5, 0, -1, [], {}, '1', Number.MAX_SAFE_INTEGER + 1];
  return Object.entries({ format: 1, ...whole }).flatMap(([name, value]) =>
    wrongs
      .filter((wrong) => !(typeof wrong === 'string' && typeof value === 'string') && !Array.isArray(value))
      .map((wrong) => ({ format: 1, ...whole, [name]: wrong })),
  );
}

test('a file of the vault with anything missing or of another kind is damaged, and said to be so by its place', () => {
  const damaged = expect.objectContaining({
    code: 'corrupt',
    message: 'here is not a file this vault wrote',
  }) as Error;
  const texts = ['', 'no JSON', 'null', '[]', '"text"', '5'];
  for (const text of [...texts, ...spoiltOnes(key).map((one) => JSON.stringify(one))])
    expect(() => decodeWrappedKey(text, 'here'), text).toThrow(damaged);
  const [buried] = tombstone.keys;
  const withKeys = [
    ...spoiltOnes({ ...buried }).filter((one) => 'format' in one && one.format === 1),
    null,
    'key',
    [5],
  ];
  const spoilt = [
    ...spoiltOnes(tombstone),
    ...withKeys.map((one) => ({ format: 1, ...tombstone, keys: [one] })),
  ];
  for (const text of [
    ...texts,
    ...spoilt.map((one) => JSON.stringify(one)),
    '{"format":1,"destroyedAt":"x","keys":{}}',
  ])
    expect(() => decodeTombstone(text, 'here'), text).toThrow(damaged);
});

test('seals are taken from the disk in whole blocks, only as many as are still needed', () => {
  const limit = { valuesPerKey: 100, valuesPerBlock: 10 };
  expect([1, 10, 11, 100].map((count) => sealBlocks(limit, 0, count))).toEqual([1, 1, 2, 10]);
  expect([4, 5, 6, 15, 16].map((count) => sealBlocks(limit, 5, count))).toEqual([0, 0, 1, 1, 2]);
  for (const count of [0, -1, 1.5, 101, Number.NaN])
    expect(() => sealBlocks(limit, 0, count)).toThrow(
      `Between 1 and 100 values can be sealed at once, not ${count}`,
    );
  expect(gcmSealLimit).toEqual({ valuesPerKey: 4_294_967_296, valuesPerBlock: 65_536 });
});
