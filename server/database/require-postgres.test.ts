import { expect, test } from 'vitest';
import { explain, exitCodeOf } from '../start/end-reasons.ts';
import { OldPostgresError, refuseOld } from './require-postgres.ts';

test('a PostgreSQL that keeps plans of row policies for another role is refused by name, and its successors serve', () => {
  for (const served of [150009, 150012, 160005, 170001, 180000, 180004, 190000])
    expect(() => refuseOld(served)).not.toThrow();
  for (const [refused, version, needed] of [
    [150008, '15.8', '15.9'],
    [160004, '16.4', '16.5'],
    [170000, '17.0', '17.1'],
    [140020, '14.20', '15.9'],
  ] as const)
    expect(() => refuseOld(refused)).toThrow(
      `DATABASE_URL: this is PostgreSQL ${version}, and Candor needs ${needed} or newer.`,
    );
});

test('an operator reads that sentence, and the server is not started again', () => {
  const error = new OldPostgresError('15.8', '15.9');
  expect(explain(error)).toBe(error.message);
  expect(exitCodeOf(error)).toBe(78);
});
