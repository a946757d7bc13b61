import { expect } from 'vitest';
import { runJobNow } from '../../kernel/jobs.ts';
import { anAddress } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { addressOf, type Attempt, takeAttempt } from './attempts.ts';

const limit = { name: 'test', max: 3, windowMs: 60_000 };

test('a limit counts per identifier and starts again when its window is over', async ({
  anonymous,
  clock,
}) => {
  const tries: Attempt[] = [[limit, anAddress()]];
  for (let round = 0; round < 3; round += 1) await takeAttempt(anonymous, tries);
  clock.advanceMs(59_500);
  await expect(takeAttempt(anonymous, tries)).rejects.toMatchObject({
    status: 429,
    fields: { retryAfterSeconds: 1 },
  });
  await takeAttempt(anonymous, [[limit, anAddress()]]);
  clock.advanceMs(500);
  await takeAttempt(anonymous, tries);
});

test('a flood does not push the end of the wait away', async ({ anonymous, clock }) => {
  const tries: Attempt[] = [[limit, anAddress()]];
  for (let round = 0; round < 30; round += 1) {
    await takeAttempt(anonymous, tries).catch(() => {});
    clock.advanceMs(2000);
  }
  await takeAttempt(anonymous, tries);
});

test('a refused try is counted nowhere: what one counter stops does not fill another', async ({
  anonymous,
}) => {
  const [full, other]: Attempt[] = [
    [limit, anAddress()],
    [{ ...limit, name: 'another-test' }, anAddress()],
  ];
  if (full === undefined || other === undefined) throw new Error('two counters');
  for (let round = 0; round < 3; round += 1) await takeAttempt(anonymous, [full]);
  for (let round = 0; round < 5; round += 1)
    await expect(takeAttempt(anonymous, [full, other])).rejects.toMatchObject({ status: 429 });
  for (let round = 0; round < 3; round += 1) await takeAttempt(anonymous, [other]);
});

test('counters are keyed hashes, never identifiers, and are deleted when their window is over', async ({
  anonymous,
  clock,
  database,
}) => {
  const identifier = '203.0.113.77';
  await takeAttempt(anonymous, [[limit, identifier]]);
  const key = anonymous.keyedHash('attempts/test', identifier);
  const rows = async () =>
    (await database.admin.query('select * from identity.attempts where key_hash = $1', [key])).rows;
  expect(JSON.stringify(await rows())).not.toContain(identifier);
  expect(await rows()).toHaveLength(1);
  clock.advanceMs(60_000);
  await runJobNow(anonymous, 'identity.sweep-attempts', {});
  expect(await rows()).toHaveLength(0);
});

test('all addresses of one IPv6 network count as one, and other networks do not', ({ anonymous }) => {
  const from = (ip: string) => addressOf({ ...anonymous, client: { ip, userAgent: '' } });
  expect(from('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe(from('2001:db8:1:2::1'));
  expect(from('2001:db8:1:3::1')).not.toBe(from('2001:db8:1:2::1'));
  expect(from('2001:db8::1')).toBe(from('2001:db8:0:0:5::9'));
  expect(from('::1')).not.toBe(from('2001:db8::1'));
  expect(from('203.0.113.7')).not.toBe(from('203.0.113.8'));
  expect(from('::ffff:203.0.113.7')).not.toBe(from('::ffff:203.0.113.8'));
  expect(from('::ffff:203.0.113.7')).toBe(from('203.0.113.7'));
});
