import { retentionRules } from '@candor/privacy-engine';
import type pg from 'pg';
import { expect, vi } from 'vitest';
import { now } from '../kernel/context.ts';
import { databaseOptions, roleOf } from '../kernel/database-options.ts';
import { createLog } from '../kernel/log.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { order, yuan } from '../modules/wallet/sandbox-payments.fixture.ts';
import { registry } from '../testing/registry.ts';
import { confirmed, previewOf } from '../testing/erasing.ts';
import type { Person } from '../testing/factories.ts';
import { type Cloud, test } from '../testing/gateway.ts';
import type { Database } from '../testing/test.ts';
import { aWholeLife } from './one-of-everything.fixture.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

/** Every table whose rows a law keeps of an erased person: what has an end of a hold has a hold. */
const heldTables = retentionRules(registry, databaseOptions.restrictionTable)
  .filter(({ kind }) => kind === 'hold-end')
  .map(({ table, subjectColumn }) => ({
    place: `${table.schema}.${table.name}`,
    subjectColumn,
    keyColumn: table.keyColumn ?? '',
  }));

/** What stores and ends held rows. Every other purpose below stands for a use that a person must have judged. */
const storing = 'erasure';
/**
 * Who may read a person's held rows, and why: security the log (CSL 23), casework the requests (PIPL 50),
 * settlement payments (Accounting Archives Measures 14), and of usage and orders the open ones only.
 */
const uses: ReadonlySet<string> = new Set([
  'audit.access_log security',
  'audit.entry_details security',
  'audit.staff_reads security',
  'billing.usage_events settlement',
  'privacy.case_steps casework',
  'privacy.cases casework',
  'wallet.bank_transfers settlement',
  'wallet.suspended_payments settlement',
  'wallet.top_ups settlement',
]);

/** Whose link to the person erasure cuts before a law keeps them: no role can find the person's among them. */
const cutLoose: ReadonlySet<string> = new Set(['privacy.consent_events']);

/** Rows are about the person, or about the account that is theirs alone. */
function idsOf({ user, tenant }: Person): string[] {
  return [user.id, tenant.id];
}

const dayMs = 24 * 60 * 60 * 1000;

/** An erased person of whom every held table has a row, with a call on no bill yet and an order that was not paid. */
async function anErasedPerson(cloud: Cloud, { admin, adminUrl }: Database): Promise<Person> {
  const yesterday = new Date(now(cloud.system).getTime() - dayMs);
  await admin.query(
    `insert into billing.progress (id, settled_until, closed_until) values (1, $1, $1)
     on conflict (id) do update set settled_until = excluded.settled_until, closed_until = excluded.closed_until`,
    [yesterday],
  );
  const { person } = (await aWholeLife(cloud, admin)).customer;
  // A late payment may still have to be returned.
  await admin.query(`update wallet.top_ups set is_late = false where user_id = $1`, [person.user.id]);
  const { topUp } = await order(cloud.app, person, yuan);
  const cancelled = await person.call('POST', `/api/wallet/top-ups/${topUp.id}/cancel`);
  expect(cancelled.statusCode, cancelled.body).toBeLessThan(300);
  const maintenance = openMaintenance(adminUrl, createLog('silent'));
  try {
    const { balanceMicros } = await previewOf(person);
    const { erasureId } = await confirmed(person, { acknowledgedBalanceMicros: balanceMicros });
    expect(await runErasure({ ...cloud.system, maintenance }, erasureId)).toBe('certified');
  } finally {
    await maintenance.close();
  }
  return person;
}

/** How many of a person's held rows the role of a purpose sees, changes and deletes when it says it acts for them. */
async function reachOf(client: pg.PoolClient, purpose: string, person: Person) {
  const reached: Record<string, number> = {};
  const touched: string[] = [];
  for (const { place, subjectColumn, keyColumn } of heldTables) {
    const attempt = async (statement: string): Promise<number> => {
      await client.query('savepoint attempt');
      try {
        await client.query(`set local role ${roleOf(registry, purpose)}`);
        await client.query('select set_config($1, $2, true), set_config($3, $4, true)', [
          databaseOptions.settings.tenant,
          person.tenant.id,
          databaseOptions.settings.subject,
          person.user.id,
        ]);
        return (await client.query(statement, [idsOf(person)])).rowCount ?? 0;
      } catch (error) {
        // No right at all. Anything else is not what keeps the rows.
        expect(error).toMatchObject({ code: '42501' });
        return 0;
      } finally {
        await client.query('rollback to savepoint attempt');
      }
    };
    const seen = await attempt(`select ${keyColumn} from ${place} where ${subjectColumn} = any($1)`);
    if (seen > 0) reached[`${place} ${purpose}`] = seen;
    const changed = await attempt(
      `update ${place} set ${subjectColumn} = ${subjectColumn} where ${subjectColumn} = any($1)`,
    );
    const deleted = await attempt(`delete from ${place} where ${subjectColumn} = any($1)`);
    if (changed + deleted > 0) touched.push(`${place} ${purpose}`);
  }
  return { reached, touched };
}

test('LAW-8 what a law keeps of an erased person no purpose reads or changes but the one it is kept for', async ({
  cloud,
  database,
}) => {
  const person = await anErasedPerson(cloud, database);
  for (const { place, subjectColumn } of heldTables) {
    const { rowCount } = await database.admin.query(
      `select 1 from ${place} where ${subjectColumn} = any($1)`,
      [idsOf(person)],
    );
    const hasRows = (rowCount ?? 0) > 0;
    expect({ place, hasRows }).toEqual({ place, hasRows: !cutLoose.has(place) });
  }
  const purposes = Object.keys(registry.vocabulary.purposes).filter((purpose) => purpose !== storing);
  const client = await database.admin.connect();
  try {
    await client.query('begin');
    const reached: Record<string, number> = {};
    const touched: string[] = [];
    for (const purpose of purposes) {
      const reach = await reachOf(client, purpose, person);
      Object.assign(reached, reach.reached);
      touched.push(...reach.touched);
    }
    expect(Object.keys(reached).toSorted()).toEqual([...uses]);
    expect(reached['billing.usage_events settlement'], 'what is on no bill yet').toBe(1);
    expect(reached['wallet.top_ups settlement'], 'what is not paid').toBe(1);
    // Who reads them for what they are kept for goes on with them, and with nothing else.
    expect(touched.filter((use) => !uses.has(use))).toEqual([]);

    // The test sees a door that is open.
    const role = roleOf(registry, 'signin');
    await client.query(`grant select on privacy.cases to ${role}; grant usage on schema privacy to ${role};
      create policy opened on privacy.cases for select to ${role} using (true)`);
    const { reached: opened } = await reachOf(client, 'signin', person);
    expect(Object.keys(opened)).toEqual(['privacy.cases signin']);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
