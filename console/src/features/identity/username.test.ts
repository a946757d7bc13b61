import { expect, test } from 'vitest';
import { isUsername } from './username.ts';

test('names of any script are names', () => {
  for (const name of ['lin.xia', '林夏', 'u_8k2m4x', 'A1']) expect(isUsername(name), name).toBe(true);
});

test('signs at the ends, one letter, addresses and sub-accounts are not', () => {
  for (const name of ['a', '-ab', 'ab.', 'a@b.cn', 'main#sub', 'a b', 'x'.repeat(41)])
    expect(isUsername(name), name).toBe(false);
});
