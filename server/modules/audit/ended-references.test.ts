import { publicKeySet } from '@candor/privacy-engine';
import { expect, vi } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { confirmed, test } from '../../testing/erasing.ts';
import { aPerson } from '../../testing/factories.ts';
import type { Database } from '../../testing/test.ts';
import { runErasure } from '../privacy/erasure/index.ts';
import { sequenceLog } from './index.ts';
import { isIntact, verifyAuditLog } from './verify-audit-log.ts';
import { beginEndProofs, verifyReferences } from './verify-references.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

const dayMs = 24 * 60 * 60 * 1000;
const nothingWrong = { unexplained: [], unvouched: 0, detailsMissing: [] };
const cleared = `tenant_id = null, actor = null, target_id = null, details = null, request_id = null, subject_id = null,
  actor_id = null, actor_salt = null, about_salt = null`;

/** What the owner of the database may do: triggers are switched off. */
async function asOwner(database: Database, statements: string): Promise<void> {
  const owner = await database.admin.connect();
  await owner.query(`begin; set local session_replication_role = replica; ${statements}; commit`);
  owner.release();
}

async function verify(system: Ctx) {
  await sequenceLog(system);
  return verifyAuditLog(system, new Map(), publicKeySet(system.signingKey));
}

async function entriesBy(database: Database, userId: string): Promise<string[]> {
  const { rows } = await database.admin.query<{ id: string }>(
    `select id from audit.entries where actor = 'user:' || $1 order by id`,
    [userId],
  );
  return rows.map(({ id }) => id);
}

test('CHIPL-10.2.b entries whose references the owner of the database cleared are named; those that an erasure cleared are not', async ({
  app,
  database,
  system,
}) => {
  await beginEndProofs(system);
  const [leaver, victim] = [await aPerson(app), await aPerson(app)];
  const { erasureId } = await confirmed(leaver);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const honest = await verify(system);
  expect(isIntact(honest), JSON.stringify(honest)).toBe(true);
  expect(honest.references).toMatchObject(nothingWrong);
  expect(honest.references.ended).toBeGreaterThan(0);

  const hidden = await entriesBy(database, victim.user.id);
  expect(hidden.length).toBeGreaterThan(0);
  await asOwner(
    database,
    `create table saved as select * from audit.entries;
     update audit.entries set ${cleared} where actor = 'user:${victim.user.id}'`,
  );
  const attacked = await verify(system);
  expect(attacked.verdict.isIntact, 'the leaves alone do not tell').toBe(true);
  expect(attacked.references.unexplained).toEqual(hidden);
  expect(isIntact(attacked)).toBe(false);

  // Proofs cannot be borrowed from another entry, nor can the count of older entries be claimed anew.
  await asOwner(
    database,
    `insert into audit.ended_references select h.id, p.part, p.proof from unnest('{${hidden.join(',')}}'::text[]) h(id)
       cross join (select distinct on (part) part, proof from audit.ended_references) p;
     insert into audit.entries (id, action, details, created_at)
       values ('audit_claim', 'audit.end_proofs_begun', '{"entries": 1000, "proof": "x"}', '2020-01-01')`,
  );
  await beginEndProofs(system);
  expect((await verifyReferences(system)).unexplained).toEqual(expect.arrayContaining(hidden));
  await asOwner(
    database,
    `delete from audit.entries; insert into audit.entries select * from saved; drop table saved;
     delete from audit.ended_references where entry_id = any ('{${hidden.join(',')}}')`,
  );
  expect(isIntact(await verify(system))).toBe(true);
});

test('entries that were made to look like those of a person who then is erased are not vouched for', async ({
  app,
  database,
  system,
}) => {
  const [accomplice, victim] = [await aPerson(app), await aPerson(app)];
  const hidden = await entriesBy(database, victim.user.id);
  await asOwner(
    database,
    `update audit.entries set subject_id = '${accomplice.user.id}', actor_id = '${accomplice.user.id}'
     where actor = 'user:${victim.user.id}'`,
  );
  const { erasureId } = await confirmed(accomplice);
  expect(await runErasure(system, erasureId)).toBe('certified');
  expect((await verifyReferences(system)).unexplained).toEqual(hidden);
  await asOwner(database, `delete from audit.entries where id = any ('{${hidden.join(',')}}')`);
});

test('entries that forgot before there were proofs are counted once, and no more may join them', async ({
  app,
  database,
  system,
}) => {
  const [first, second] = [await aPerson(app), await aPerson(app)];
  const early = await entriesBy(database, first.user.id);
  await asOwner(
    database,
    `delete from audit.entries where action = 'audit.end_proofs_begun';
     update audit.entries set ${cleared} where actor = 'user:${first.user.id}'`,
  );
  await beginEndProofs(system);
  expect(await verifyReferences(system)).toMatchObject({ ...nothingWrong, unvouched: early.length });
  await asOwner(database, `update audit.entries set ${cleared} where actor = 'user:${second.user.id}'`);
  await beginEndProofs(system);
  expect((await verifyReferences(system)).unexplained.length).toBeGreaterThan(early.length);
});

test('details that are deleted before their term are named, and at their term they go unnoticed', async ({
  app,
  database,
  system,
  clock,
}) => {
  const person = await aPerson(app);
  const { rows } = await database.admin.query<{ entry_id: string }>(
    'select entry_id from audit.entry_details where subject_id = $1 order by 1',
    [person.user.id],
  );
  const ids = rows.map(({ entry_id }) => entry_id);
  expect(ids.length).toBeGreaterThan(0);
  await asOwner(
    database,
    `create table saved as select * from audit.entry_details where subject_id = '${person.user.id}';
     delete from audit.entry_details where subject_id = '${person.user.id}'`,
  );
  const attacked = await verifyReferences(system);
  expect(attacked.detailsMissing).toEqual(ids);
  await asOwner(database, 'insert into audit.entry_details select * from saved; drop table saved');
  expect((await verifyReferences(system)).detailsMissing).toEqual([]);

  clock.advanceMs(3 * 366 * dayMs);
  await runJobNow(system, 'privacy.sweep', {});
  expect(await verifyReferences(system)).toMatchObject({ ended: 0, ...nothingWrong });
});
