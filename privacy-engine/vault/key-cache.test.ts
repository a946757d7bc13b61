import { expect, test } from 'vitest';
import { KeyCache, WipeableKey } from './key-cache.ts';

const options = { maxKeys: 3, maxAgeMs: 60_000 };

function newKey(version = 1) {
  const material = Buffer.alloc(32, 7);
  return { key: new WipeableKey(`key_${version}`, version, material), material };
}

function isWiped(material: Buffer): boolean {
  return material.every((byte) => byte === 0);
}

test('a key leaves the cache when it is old, however often it is used, and is wiped soon after', () => {
  const cache = new KeyCache(options);
  const { key, material } = newKey();
  cache.put('slot', key, 0);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 5_000) expect(cache.get('slot', 1, nowMs)).toBe(key);
  expect(cache.get('slot', 1, 60_000)).toBeUndefined();
  expect(key.use((bytes) => bytes[0])).toBe(7);
  cache.wipeOld(70_000);
  expect(isWiped(material)).toBe(true);
  expect(() => key.use(() => undefined)).toThrow('no longer in memory');
});

test('an idle process holds no key longer than its age and the time to finish with it', () => {
  const cache = new KeyCache(options);
  const { key, material } = newKey();
  cache.put('slot', key, 0);
  cache.wipeOld(59_999);
  expect(cache.get('slot', 1, 59_999)).toBe(key);
  cache.wipeOld(60_000);
  cache.wipeOld(70_000);
  expect(isWiped(material)).toBe(true);
});

test('the longest unused key makes room', () => {
  const cache = new KeyCache(options);
  const keys = Array.from({ length: 4 }, () => newKey());
  for (const [index, { key }] of keys.slice(0, 3).entries()) cache.put(`slot ${index}`, key, 0);
  cache.get('slot 0', 1, 1);
  cache.put('slot 3', newKey().key, 2);
  expect([0, 1, 2, 3].map((index) => cache.get(`slot ${index}`, 1, 3) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('a destroyed slot is wiped at once, in every version, also what has just left the cache', () => {
  const cache = new KeyCache(options);
  const [first, second, other] = [newKey(1), newKey(2), newKey()];
  cache.put('slot', first.key, 0);
  cache.put('other', other.key, 1);
  expect(cache.get('slot', 1, 60_000)).toBeUndefined();
  cache.put('slot', second.key, 60_000);
  expect(cache.count('slot')).toBe(2);
  cache.drop('slot');
  expect([first, second, other].map(({ material }) => isWiped(material))).toEqual([true, true, false]);
  expect(cache.count('slot')).toBe(0);
});

test('a key that made room for another is wiped when its holders have had time to finish, by whatever comes next', () => {
  const cache = new KeyCache({ maxKeys: 1, maxAgeMs: 60_000 });
  const [first, second, third] = [newKey(), newKey(), newKey()];
  cache.put('one', first.key, 100_000);
  cache.put('two', second.key, 101_000);
  expect([cache.count('one'), cache.count('two')]).toEqual([1, 1]);
  cache.wipeOld(110_999);
  expect(isWiped(first.material)).toBe(false);
  cache.put('three', third.key, 111_000);
  expect([first, second, third].map(({ material }) => isWiped(material))).toEqual([true, false, false]);
  expect([cache.count('one'), cache.count('two'), cache.count('three')]).toEqual([0, 1, 1]);
  cache.drop('three');
  expect([second, third].map(({ material }) => isWiped(material))).toEqual([false, true]);
});

test('age is counted from when a key was loaded, and what was wiped for it is kept no longer', () => {
  const cache = new KeyCache(options);
  const [old, young] = [newKey(), newKey()];
  cache.put('old', old.key, 100_000);
  cache.put('young', young.key, 130_000);
  expect(cache.get('old', 1, 159_999)).toBe(old.key);
  cache.wipeOld(160_000);
  expect([cache.get('old', 1, 100_001), cache.get('young', 1, 160_000)]).toEqual([undefined, young.key]);
  cache.wipeOld(170_000);
  expect([cache.count('old'), cache.count('young')]).toEqual([0, 1]);
  cache.wipeAll();
  expect([old, young].map(({ material }) => isWiped(material))).toEqual([true, true]);
  expect(cache.count('young')).toBe(0);
  expect(newKey().key.sealsLeft).toBe(0);
});
