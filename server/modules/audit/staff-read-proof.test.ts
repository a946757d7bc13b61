import { expect, vi } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { confirmed, test } from '../../testing/erasing.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import type { Database } from '../../testing/test.ts';
import { runErasure } from '../privacy/erasure/index.ts';
import { adoptStaffReads } from './index.ts';
import { areStaffReadsWhole, verifyStaffReads } from './verify-staff-reads.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

const dayMs = 24 * 60 * 60 * 1000;

/** Lets staff look at a person, and says under which id that was noted. */
async function lookAt(person: Person, operator: Person, database: Database): Promise<string> {
  await operator.call('POST', '/api/identity/tenants/search', { query: person.user.username });
  const { rows } = await database.admin.query<{ id: string }>(
    'select id from audit.staff_reads where subject_id = $1 order by id desc limit 1',
    [person.user.id],
  );
  return rows[0]?.id ?? '';
}

test('CHIPL-10.2.b a record of staff that looked is named when the owner of the database changes or deletes it', async ({
  app,
  database,
  system,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  const operator = await anOperator(app, database);
  const look = await lookAt(person, operator, database);
  const kept = await lookAt(other, operator, database);
  expect(await verifyStaffReads(system)).toEqual({
    whole: 2,
    changed: [],
    missing: [],
    unexplained: 0,
    unreadable: 0,
    unvouched: 0,
  });
  const attack = async (statement: string, parameters: unknown[]) => {
    await database.admin.query('create table saved as select * from audit.staff_reads');
    await database.admin.query(statement, parameters);
    const report = await verifyStaffReads(system);
    await database.admin.query(
      'delete from audit.staff_reads; insert into audit.staff_reads select * from saved; drop table saved',
    );
    return report;
  };
  const changes = [
    `staff_id = 'user_of_another_kind'`,
    `what = '{identity.users.email}'`,
    `case_id = 'case_of_another_kind'`,
    `request_id = 'req_other'`,
    `tenant_id = null`,
    `created_at = created_at + interval '1 second'`,
    `created_at = created_at - interval '10 years'`,
    `subject_id = 'user_of_another_kind'`,
    `reason = (select reason from audit.staff_reads where id = '${kept}')`,
    `reason = 's1.' || 'AQ' || repeat('A', 44)`,
  ];
  for (const change of changes) {
    const report = await attack(`update audit.staff_reads set ${change} where id = $1`, [look]);
    expect({ change, ...report }).toMatchObject({ change, whole: 1, changed: [look], missing: [] });
    expect(areStaffReadsWhole(report)).toBe(false);
  }
  const deleted = await attack('delete from audit.staff_reads where id = $1', [look]);
  expect(deleted).toMatchObject({ whole: 1, changed: [], missing: [look] });
  const renamed = await attack(`update audit.staff_reads set id = 'sread_other' where id = $1`, [look]);
  expect(renamed).toMatchObject({ whole: 1, changed: ['sread_other'], missing: [look] });
  expect(areStaffReadsWhole(deleted)).toBe(false);
  expect(areStaffReadsWhole(await verifyStaffReads(system))).toBe(true);
});

test('what was about an unknown person and was claimed later is as it was written', async ({
  app,
  database,
  system,
}) => {
  const [known, heir] = [await aPerson(app), await aPerson(app)];
  await lookAt(known, await anOperator(app, database), database);
  const before = await verifyStaffReads(system);
  await inTransaction(system, 'erasure', (ctx) => adoptStaffReads(ctx, heir.user.id, [known.user.id]));
  expect(await verifyStaffReads(system)).toEqual(before);
});

test('records that end with their person or their term leave the rest whole, and others cannot be passed off as such', async ({
  app,
  database,
  system,
  clock,
}) => {
  const [leaver, stayer] = [await aPerson(app), await aPerson(app)];
  const operator = await anOperator(app, database);
  await lookAt(leaver, operator, database);
  const kept = await lookAt(stayer, operator, database);
  const { erasureId } = await confirmed(leaver);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const { whole } = await verifyStaffReads(system);
  expect(areStaffReadsWhole(await verifyStaffReads(system)), 'the law keeps the record').toBe(true);
  const held = await database.admin.query('select 1 from audit.staff_reads where subject_id = $1', [
    leaver.user.id,
  ]);
  expect(held.rowCount).toBe(1);

  clock.advanceMs(200 * dayMs);
  await runJobNow(system, 'privacy.sweep', {});
  const ended = await verifyStaffReads(system);
  expect(ended).toMatchObject({ whole: whole - 1, changed: [], missing: [], unexplained: 0, unreadable: 0 });

  // As if the stayer had been erased too: the entry forgets them, and the record goes.
  const owner = await database.admin.connect();
  await owner.query(`begin; set local session_replication_role = replica;
    create table saved_entries as select * from audit.entries where target_id = '${kept}';
    create table saved_reads as select * from audit.staff_reads where id = '${kept}';
    update audit.entries set tenant_id = null, target_id = null, subject_id = null, request_id = null, about_salt = null
      where target_id = '${kept}';
    delete from audit.staff_reads where id = '${kept}'; commit`);
  expect(await verifyStaffReads(system)).toMatchObject({ changed: [], missing: [], unexplained: 1 });
  await owner.query(`begin; set local session_replication_role = replica;
    delete from audit.entries where id in (select id from saved_entries);
    insert into audit.entries select * from saved_entries;
    insert into audit.staff_reads select * from saved_reads; commit`);
  owner.release();
  expect(areStaffReadsWhole(await verifyStaffReads(system))).toBe(true);

  clock.advanceMs(3 * 366 * dayMs);
  await runJobNow(system, 'privacy.sweep', {});
  expect(await verifyStaffReads(system)).toEqual({
    whole: 0,
    changed: [],
    missing: [],
    unexplained: 0,
    unreadable: 0,
    unvouched: 0,
  });
});
