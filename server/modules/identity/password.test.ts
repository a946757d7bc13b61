import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './password.ts';

test('a password is recognised, also when a keyboard writes its letters another way', async () => {
  const hash = await hashPassword('Zo\u00eb under the bridge');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=3,p=1\$/);
  expect(await isPassword(hash, 'Zoe\u0308 under the bridge')).toBe(true);
  expect(await isPassword(hash, 'zo\u00eb under the bridge')).toBe(false);
  expect(await hashPassword('Zo\u00eb under the bridge')).not.toBe(hash);
});

test('nobody has no password, and finding that out costs as much as a wrong one', async () => {
  const hash = await hashPassword('a lantern under the bridge');
  expect(await isPassword(null, 'nobody has this password')).toBe(false);
  const cpuOf = async (stored: string | null) => {
    const before = process.cpuUsage();
    await isPassword(stored, 'a wrong password');
    return process.cpuUsage(before).user;
  };
  const costs = { known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round < 9; round += 1) {
    costs.known.push(await cpuOf(hash));
    costs.unknown.push(await cpuOf(null));
  }
  // Time of the processor, not of the wall, and the least of many: other work on the machine does not count.
  const ratio = Math.min(...costs.unknown) / Math.min(...costs.known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});
