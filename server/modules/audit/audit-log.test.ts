import { actingFor } from '../../testing/acting-for.ts';
import {
  hashEntry,
  type LogEntry,
  publicKeySet,
  readTreeHead,
  verifyConsistency,
  verifyInclusion,
} from '@candor/privacy-engine';
import { expect } from 'vitest';
import { type Ctx, actingPerson } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { audit, leafOf, sequenceLog, verifyAuditLog, isIntact } from './index.ts';
import { signHead } from './sign-head.ts';

const hash = (text: string) => Buffer.from(text, 'hex');

function systemOf(database: Database, clock: TestClock): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'test' }, null);
}

async function act(ctx: Ctx, details: Record<string, string | number> = {}): Promise<string> {
  return inTransaction(ctx, 'account', (ctx) =>
    audit(ctx, 'catalog.price_set', { targetId: 'thing_1', subjectId: actingPerson(ctx), details }),
  );
}

test('every entry gets one place in the log, in order and without gaps, however many processes give places', async ({
  ctx,
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (let count = 0; count < 3; count += 1) ids.push(await act(ctx, { count }));
    await Promise.all([1, 2, 3, 4].map(() => sequenceLog(system)));
  }
  const { rows } = await database.admin.query<{ seq: bigint; entry_id: string }>(
    'select seq, entry_id from audit.log_leaves order by seq',
  );
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index));
  expect(rows.map((row) => row.entry_id).filter((id) => ids.includes(id))).toEqual(ids);
  expect((await database.admin.query('select 1 from audit.pending_entries')).rowCount).toBe(0);
  expect(await sequenceLog(system)).toBe(0);
});

test('giving places that dies before its commit leaves every ticket, and the next run gives each entry one place', async ({
  ctx,
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  await sequenceLog(system);
  const id = await act(ctx);
  const dying = inTransaction(system, 'security', async (ctx) => {
    await sequenceLog(ctx);
    throw new Error('killed');
  });
  await expect(dying).rejects.toThrow('killed');
  const places = async () =>
    (await database.admin.query('select 1 from audit.log_leaves where entry_id = $1', [id])).rowCount;
  expect(await places()).toBe(0);
  await sequenceLog(system);
  await sequenceLog(system);
  expect(await places()).toBe(1);
});

test('writing an entry waits for no giver of places', async ({ ctx, database, clock }) => {
  const holder = await database.admin.connect();
  await holder.query(`begin; select pg_advisory_xact_lock(hashtextextended('audit log', 0))`);
  const id = await act(ctx);
  await holder.query('commit');
  holder.release();
  expect(await leafOf(systemOf(database, clock), id)).toMatchObject({ leafIndex: expect.any(Number) });
});

test('details are sealed under the key of the person; without the key the entry stays and the log verifies', async ({
  ctx,
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  if (ctx.actor.kind !== 'user') throw new Error('a person acts here');
  const { userId } = ctx.actor;
  const id = await act(ctx, { marker: 'zqxdetail' });
  const { rows } = await database.admin.query<{ text: string }>(
    `select row_to_json(e)::text || coalesce((select row_to_json(d)::text from audit.entry_details d where d.entry_id = e.id), '') as text
     from audit.entries e where e.id = $1`,
    [id],
  );
  expect(rows[0]?.text).toContain('s1.');
  expect(rows[0]?.text).not.toContain('zqxdetail');
  await sequenceLog(system);
  await signHead(system, []);
  await ctx.vault.destroy(userId, 'evidence');
  const keySet = publicKeySet(ctx.signingKey);
  expect(isIntact(await verifyAuditLog(system, new Map(), keySet))).toBe(true);
  await database.admin.query('delete from audit.entry_details where subject_id = $1', [userId]);
  expect(isIntact(await verifyAuditLog(system, new Map(), keySet))).toBe(true);
});

test('what concerns no person keeps its details readable, and they are in the log', async ({
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  const id = await inTransaction(system, 'security', (ctx) =>
    audit(ctx, 'privacy.term_ended', { targetId: null, subjectId: null, details: { count: 3 } }),
  );
  const { rows } = await database.admin.query('select details, subject_id from audit.entries where id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ details: { count: 3 }, subject_id: null }]);
});

test("a person checks an entry of theirs elsewhere: leaf from its bytes, path, signed root; a stranger's is missing", async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  await sequenceLog(systemOf(database, clock));
  const listed = (await person.call('GET', '/api/audit/entries')).json<{
    items: { id: string; leafIndex: number }[];
  }>().items[0];
  const url = `/api/audit/entries/${listed?.id}/proof`;
  expect((await operator.call('POST', '/api/audit/log/heads')).statusCode).toBe(200);
  const proof = (await person.call('GET', url)).json<{
    leafIndex: number;
    leafHash: string;
    proof: string[];
    head: { size: number; root: string; signedHead: string };
    entry: { envelope: LogEntry['envelope']; ciphertext: string };
  }>();
  const { envelope, ciphertext } = proof.entry;
  const leafHash = hashEntry({ envelope, ciphertext: Buffer.from(ciphertext, 'base64url') });
  expect(envelope).toMatchObject({ seq: listed?.leafIndex, id: listed?.id });
  const claim = {
    leafHash,
    index: proof.leafIndex,
    size: proof.head.size,
    root: hash(proof.head.root),
    proof: proof.proof.map(hash),
  };
  expect(verifyInclusion(claim)).toBe(true);
  expect(verifyInclusion({ ...claim, leafHash: hashEntry({ envelope, ciphertext: Buffer.from('x') }) })).toBe(
    false,
  );
  const { signingKey } = systemOf(database, clock);
  expect(await readTreeHead(proof.head.signedHead, publicKeySet(signingKey))).toMatchObject({
    isGenuine: true,
    head: { size: proof.head.size },
  });
  expect((await operator.call('GET', url)).statusCode).toBe(404);
  const report = await operator.call('POST', '/api/audit/log/verifications');
  expect(report.json()).toMatchObject({ isIntact: true, size: proof.head.size, firstBadLeaf: null });
  expect((await person.call('POST', '/api/audit/log/verifications')).statusCode).toBe(403);
});

test('anybody checks that the log only grew, and that a leaf is in it', async ({
  app,
  ctx,
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  await act(ctx);
  await sequenceLog(system);
  const first = await signHead(system, []);
  for (let count = 0; count < 5; count += 1) await act(ctx);
  await sequenceLog(system);
  await signHead(system, []);
  const head = (await app.inject({ url: '/api/audit/log/head' })).json<{ size: number; root: string }>();
  const growth = (
    await app.inject({ url: `/api/audit/log/consistency?first=${first?.size}&second=${head.size}` })
  ).json<{ firstRoot: string; secondRoot: string; proof: string[] }>();
  const claim = {
    first: first?.size ?? 0,
    firstRoot: first?.root ?? hash(''),
    second: head.size,
    secondRoot: hash(head.root),
    proof: growth.proof.map(hash),
  };
  expect(verifyConsistency(claim)).toBe(true);
  expect(growth.secondRoot).toBe(head.root);
  const leaf = (await app.inject({ url: `/api/audit/log/entries/${head.size - 1}/proof` })).json<{
    leafHash: string;
    proof: string[];
  }>();
  expect(
    verifyInclusion({
      leafHash: hash(leaf.leafHash),
      index: head.size - 1,
      size: head.size,
      root: hash(head.root),
      proof: leaf.proof.map(hash),
    }),
  ).toBe(true);
  expect((await app.inject({ url: `/api/audit/log/entries/${head.size}/proof` })).statusCode).toBe(404);
  expect(
    (await app.inject({ url: `/api/audit/log/consistency?first=3&second=${head.size + 50}` })).statusCode,
  ).toBe(400);
});

test('no purpose of the application may change what the log says', async ({ ctx, database, clock }) => {
  await act(ctx);
  const system = systemOf(database, clock);
  await sequenceLog(system);
  await signHead(system, []);
  for (const table of ['entries', 'log_leaves', 'log_nodes', 'log_heads']) {
    for (const statement of [`delete from audit.${table}`, `truncate audit.${table}`]) {
      const purposes = ['security', 'account', 'operations', 'rights', 'erasure'] as const;
      for (const purpose of purposes) {
        const change = inTransaction(actingFor(system, purpose), purpose, (ctx) => ctx.db.execute(statement));
        await expect(change, `${purpose}: ${statement}`).rejects.toMatchObject({ cause: { code: '42501' } });
      }
      await expect(database.admin.query(statement), statement).rejects.toMatchObject({ code: '23001' });
    }
  }
});
