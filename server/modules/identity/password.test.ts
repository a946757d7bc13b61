import { expect } from 'vitest';
import { test } from '../../testing/test.ts';
import { hashPassword, hashToCompare, isPassword } from './password.ts';

test('a password is recognised, also when a keyboard writes its letters another way', async ({
  anonymous,
}) => {
  const hash = await hashPassword(anonymous, 'Zo\u00eb under the bridge');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=3,p=1\$/);
  expect(await isPassword(anonymous, hash, 'Zoe\u0308 under the bridge')).toBe(true);
  expect(await isPassword(anonymous, hash, 'zo\u00eb under the bridge')).toBe(false);
  expect(await hashPassword(anonymous, 'Zo\u00eb under the bridge')).not.toBe(hash);
});

test('nobody has no password, and finding that out costs as much as a wrong one', async ({ anonymous }) => {
  expect(await isPassword(anonymous, null, 'nobody has this password')).toBe(false);
  // One comparison either way, and its cost stands in the hash: the same for a decoy as for a person.
  const costOf = (hash: string) => hash.split('$').slice(0, 4).join('$');
  const stored = await hashPassword(anonymous, 'a lantern under the bridge');
  expect(await hashToCompare(stored)).toBe(stored);
  expect(costOf(await hashToCompare(null))).toBe(costOf(stored));
});
