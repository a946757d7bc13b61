import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Anchor, openDirectoryAnchor, publicKeySet } from '@candor/privacy-engine';
import { afterAll, expect } from 'vitest';
import { type Ctx, actingPerson } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { audit, sequenceLog } from './index.ts';
import { createLogKeeper } from './log-keeper.ts';
import { type AuditReport, isIntact, verifyAuditLog } from './verify-audit-log.ts';

// Everything here is done by the owner of the database, with every trigger switched off: nothing but the log can tell.
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

interface Scene {
  readonly system: Ctx;
  readonly database: Database;
  readonly anchorFolder: string;
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly size: number;
  /** Leaf in the middle that every attack is aimed at. */
  readonly target: number;
  readonly targetId: string;
  /** Runs the statements as the owner without triggers; afterwards everything is as it was. */
  afterAttack(statements: string): Promise<AuditReport>;
  verify(): Promise<AuditReport>;
}

const tables = ['entries', 'entry_details', 'log_leaves', 'log_nodes', 'log_heads', 'pending_entries'];

async function aLog(ctx: Ctx, database: Database, clock: TestClock): Promise<Scene> {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const anchorFolder = await mkdtemp(join(tmpdir(), 'candor-anchor-'));
  folders.push(anchorFolder);
  // Without the vault, which remembers the logs of all tests of this file.
  const anchors = new Map([[anchorFolder, await openDirectoryAnchor(anchorFolder)]]);
  const keeper = createLogKeeper(system, async () => anchors);
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count < 9; count += 1)
      await inTransaction(ctx, 'account', (ctx) =>
        audit(ctx, 'catalog.price_set', {
          targetId: `thing_${count}`,
          subjectId: actingPerson(ctx),
          details: { round, count },
        }),
      );
    await keeper.sign();
  }
  const head = await keeper.sign();
  const size = head?.size ?? 0;
  const target = size - 12;
  const { rows } = await database.admin.query<{ entry_id: string }>(
    'select entry_id from audit.log_leaves where seq = $1',
    [target],
  );
  const verify = () => verifyAuditLog(system, anchors, publicKeySet(ctx.signingKey));
  return {
    system,
    database,
    anchorFolder,
    anchors,
    size,
    target,
    targetId: rows[0]?.entry_id ?? '',
    verify,
    async afterAttack(statements) {
      const copies = (from: (table: string) => string, to: (table: string) => string) =>
        tables.map((table) => `insert into ${to(table)} select * from ${from(table)};`).join('\n');
      const live = (table: string) => `audit.${table}`;
      const saved = (table: string) => `pg_temp.saved_${table}`;
      const owner = await database.admin.connect();
      try {
        await owner.query(`set session_replication_role = replica; discard temp;
          ${tables.map((table) => `create temp table saved_${table} (like audit.${table});`).join('\n')}
          ${copies(live, saved)}`);
        await owner.query(statements);
        return await verify();
      } finally {
        await owner.query(`set session_replication_role = replica;
          ${tables.map((table) => `delete from audit.${table};`).join('\n')} ${copies(saved, live)}
          set session_replication_role = origin; discard temp`);
        owner.release();
      }
    },
  };
}

test('an untouched log is whole, and the whole of it is signed', async ({ ctx, database, clock }) => {
  const { size, verify } = await aLog(ctx, database, clock);
  const report = await verify();
  expect(isIntact(report)).toBe(true);
  expect(report.verdict).toEqual({ isIntact: true, size, signedSize: size });
});

test('CHIPL-10.2.b a changed entry is named, whichever of its columns was changed', async ({
  ctx,
  database,
  clock,
}) => {
  const { afterAttack, target, targetId } = await aLog(ctx, database, clock);
  const changes = [
    `action = 'test.other'`,
    `actor = 'user:user_of_another_kind'`,
    `subject_id = null`,
    `tenant_id = null`,
    `target_id = 'thing_other'`,
    `request_id = 'req_other'`,
    `created_at = created_at + interval '1 second'`,
    `details = '{"round": 9}', sealed_digest = null`,
    `details = '{"round": 9}'`,
    `sealed_digest = null`,
  ];
  for (const change of changes) {
    const report = await afterAttack(`update audit.entries set ${change} where id = '${targetId}'`);
    expect(report, change).toMatchObject({
      verdict: { isIntact: false, fault: expect.stringMatching(/changed|forked/), firstBadLeaf: target },
      badEntryId: targetId,
    });
  }
  const details = await afterAttack(
    `update audit.entry_details d set details = (select o.details from audit.entry_details o where o.entry_id <> d.entry_id limit 1) where entry_id = '${targetId}'`,
  );
  expect(details.verdict).toMatchObject({ isIntact: false, firstBadLeaf: target });
});

test('a deleted entry is named, with or without its leaf, also the very last', async ({
  ctx,
  database,
  clock,
}) => {
  const { afterAttack, target, targetId, size } = await aLog(ctx, database, clock);
  const entryOnly = await afterAttack(`delete from audit.entries where id = '${targetId}'`);
  expect(entryOnly.verdict).toMatchObject({ isIntact: false, firstBadLeaf: target, lastSuspectLeaf: target });
  const withLeaf = await afterAttack(
    `delete from audit.entries where id = '${targetId}'; delete from audit.log_leaves where seq = ${target};
     delete from audit.log_nodes where level = 0 and position = ${target}`,
  );
  expect(withLeaf.verdict).toMatchObject({ isIntact: false, firstBadLeaf: target, lastSuspectLeaf: target });
  const last = await afterAttack(
    `delete from audit.entries where id = (select entry_id from audit.log_leaves where seq = ${size - 1})`,
  );
  expect(last.verdict).toMatchObject({ isIntact: false, firstBadLeaf: size - 1 });
});

test('a deleted entry whose successors were moved up is named by the anchor', async ({
  ctx,
  database,
  clock,
}) => {
  const { afterAttack, target, targetId } = await aLog(ctx, database, clock);
  const report = await afterAttack(
    `delete from audit.entries where id = '${targetId}'; delete from audit.log_leaves where seq = ${target};
     update audit.log_leaves set seq = -seq where seq > ${target}; update audit.log_leaves set seq = -seq - 1 where seq < 0;
     delete from audit.log_nodes; delete from audit.log_heads`,
  );
  expect(report.verdict).toMatchObject({
    isIntact: false,
    fault: 'forked',
    firstBadLeaf: target,
    lastSuspectLeaf: target,
  });
});

test('a history rewritten with all hashes, nodes and heads made to fit is named by the anchor', async ({
  ctx,
  database,
  clock,
}) => {
  const scene = await aLog(ctx, database, clock);
  const { afterAttack, target, targetId } = scene;
  const report = await afterAttack(
    `update audit.entries set action = 'test.other' where id = '${targetId}';
     insert into audit.pending_entries select entry_id from audit.log_leaves;
     delete from audit.log_leaves; delete from audit.log_nodes; delete from audit.log_heads`,
  );
  expect(report.verdict.isIntact).toBe(false);
  // Now with the application itself giving every entry its place again, so that nothing contradicts itself.
  const owner = await database.admin.connect();
  await owner.query(`set session_replication_role = replica;
    update audit.entries set action = 'test.other' where id = '${targetId}';
    insert into audit.pending_entries select entry_id from audit.log_leaves;
    delete from audit.log_leaves; delete from audit.log_nodes; delete from audit.log_heads;
    set session_replication_role = origin`);
  owner.release();
  await sequenceLog(scene.system);
  const rewritten = await scene.verify();
  expect(rewritten).toMatchObject({
    verdict: { isIntact: false, fault: 'forked', firstBadLeaf: target, lastSuspectLeaf: target },
    badEntryId: targetId,
  });
  const keeper = createLogKeeper(scene.system, async () => scene.anchors);
  await expect(keeper.sign()).rejects.toMatchObject({ code: 'audit.log_contradicts_anchor' });
});

test('a truncated log is found by what was signed, and a truncated anchor by its broken line', async ({
  ctx,
  database,
  clock,
}) => {
  const { afterAttack, size, anchorFolder, verify } = await aLog(ctx, database, clock);
  // The test before has left a rewritten history in this database: only what this scene signed counts here.
  const cut = size - 5;
  const report = await afterAttack(
    `delete from audit.entries where id in (select entry_id from audit.log_leaves where seq >= ${cut});
     delete from audit.log_leaves where seq >= ${cut}; delete from audit.log_heads where size > ${cut};
     delete from audit.log_nodes where (position + 1) * 2 ^ level > ${cut}`,
  );
  expect(report.verdict).toMatchObject({ isIntact: false, fault: 'truncated', firstBadLeaf: cut });
  const [file = ''] = await readdir(anchorFolder);
  const text = await readFile(join(anchorFolder, file), 'utf8');
  await writeFile(join(anchorFolder, file), text.replace(/"head":"([^"]{20})./, '"head":"$1!'));
  expect(await verify()).toMatchObject({ strangeHeads: [anchorFolder] });
  expect(isIntact(await verify())).toBe(false);
});

test('entries and tickets that appear or vanish outside the application are counted', async ({
  ctx,
  database,
  clock,
}) => {
  const { afterAttack } = await aLog(ctx, database, clock);
  const forged = await afterAttack(
    `insert into audit.entries (id, actor, action, request_id, created_at) values ('audit_forged', 'system', 'x', 'r', now())`,
  );
  expect(forged).toMatchObject({ unlogged: 1 });
  const lost = await afterAttack(`insert into audit.pending_entries values ('audit_lost')`);
  expect(lost).toMatchObject({ lostTickets: ['audit_lost'] });
  const nodes = await afterAttack('delete from audit.log_nodes where level > 1');
  expect(nodes).toMatchObject({ areNodesWhole: false });
  expect([forged, lost, nodes].map(isIntact)).toEqual([false, false, false]);
});
