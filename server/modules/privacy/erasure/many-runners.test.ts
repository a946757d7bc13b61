import { expect } from 'vitest';
import { confirmed, test } from '../../../testing/erasing.ts';
import { aPerson } from '../../../testing/factories.ts';
import { runErasure } from './index.ts';

test('eight runners at once carry an erasure out once: one entry of the log per transition, one certificate', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  const states = await Promise.all(Array.from({ length: 8 }, () => runErasure(system, erasureId)));
  expect(states).toEqual(Array.from({ length: 8 }, () => 'certified'));
  const { rows } = await database.admin.query<{ action: string; entries: number }>(
    `select action, count(*)::int as entries from audit.entries
     where action in ('privacy.erasure_confirmed', 'privacy.erasure_proved', 'privacy.keys_destroyed', 'privacy.rows_erased')
     group by action order by action`,
  );
  expect(rows).toEqual(
    ['erasure_confirmed', 'erasure_proved', 'keys_destroyed', 'rows_erased'].map((name) => ({
      action: `privacy.${name}`,
      entries: 1,
    })),
  );
});
