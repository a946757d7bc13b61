import { expect } from 'vitest';
import { previewOf } from '../testing/erasing.ts';
import { test } from '../testing/gateway.ts';
import { aFullLife } from './full-life.fixture.ts';

test('POOL-sec-6 before leaving, a person counts each record once, also one that is theirs and in which they acted', async ({
  cloud,
  database,
}) => {
  const { person } = await aFullLife(cloud, database);
  const { erased } = await previewOf(person);
  const { rows } = await database.admin.query<{ once: number; twice: number }>(
    `select count(*)::int as once, count(*) filter (where subject_id = actor_id)::int as twice
     from audit.entries where subject_id = $1 or actor_id = $1`,
    [person.user.id],
  );
  expect(rows[0]?.twice, 'this life has entries of both kinds').toBeGreaterThan(0);
  expect(erased.filter(({ table }) => table === 'audit.entries')).toMatchObject([{ rows: rows[0]?.once }]);
  const parts = erased.map(({ table, how }) => `${table} ${how}`);
  expect(parts).toEqual([...new Set(parts)]);
});
