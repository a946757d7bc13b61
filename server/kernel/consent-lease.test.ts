import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { withdrawConsent } from '../modules/privacy/index.ts';
import { manyConsenting } from '../testing/consents.fixture.ts';
import { contextWith, test } from '../testing/test.ts';
import { ConsentEndedError, endConsentWork, LeaseBrokenError, withConsentLease } from './consent-lease.ts';
import type { Ctx } from './context.ts';
import { inTransaction } from './db.ts';

const purpose = 'marketing' as const;

/** A promise that the test resolves. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

async function seesPerson(ctx: Ctx, userId: string): Promise<boolean> {
  const { rows } = await ctx.db.execute(sql`select 1 from identity.users where id = ${userId}`);
  return rows.length > 0;
}

test('FC-6.2.2 must-show-4 a withdrawal takes effect at the next statement of a transaction that is already open', async ({
  database,
  clock,
}) => {
  const { persons, inForce } = await manyConsenting(database, clock, purpose, 1);
  const [person] = persons;
  if (person === undefined) throw new Error('one person was made');
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  let isAnswered = false;
  let withdrawal: Promise<unknown> = Promise.resolve();
  const work = inTransaction(system, purpose, async (ctx) => {
    expect(await seesPerson(ctx, person.userId)).toBe(true);
    withdrawal = withdrawConsent(person, inForce, purpose).then(() => {
      isAnswered = true;
    });
    await expect.poll(() => seesPerson(ctx, person.userId)).toBe(false);
    expect(isAnswered).toBe(false);
    await ctx.db.execute(
      sql`insert into announcements.news_sends (id, news_id, user_id, created_at) values ('newssend_x', 'news_x', ${person.userId}, now())`,
    );
  });
  await expect(work).rejects.toMatchObject({ cause: { code: '42501' } });
  await withdrawal;
  expect(isAnswered).toBe(true);
});

test('must-show-4 a transaction that wrote before the withdrawal and does not end is ended before the withdrawal answers', async ({
  database,
  clock,
}) => {
  const { persons } = await manyConsenting(database, clock, purpose, 1);
  const userId = persons[0]?.userId ?? '';
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  await database.admin.query(
    `insert into announcements.news (id, state, title_zh, title_en, body_zh, body_en, created_at) values ('news_y', 'sending', '', '', '', '', now())`,
  );
  const [written, go] = [gate(), gate()];
  const work = inTransaction(system, purpose, async (ctx) => {
    await ctx.db.execute(
      sql`insert into announcements.news_sends (id, news_id, user_id, created_at) values ('newssend_y', 'news_y', ${userId}, now())`,
    );
    written.open();
    await go.passed;
  });
  const outcome = work.then(
    () => 'committed',
    () => 'cut off',
  );
  await written.passed;
  await endConsentWork(system, { purpose, subject: userId }, { patienceMs: 20 });
  const left = await database.admin.query(`select 1 from announcements.news_sends where id = 'newssend_y'`);
  expect(left.rowCount).toBe(0);
  go.open();
  expect(await outcome).toBe('cut off');
});

test('must-show-4 a person who takes a consent back waits for the next checkpoint of a batch, and for no longer', async ({
  database,
  clock,
}) => {
  const { persons, inForce } = await manyConsenting(database, clock, purpose, 1);
  const [person] = persons;
  if (person === undefined) throw new Error('one person was made');
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  let isAnswered = false;
  const [held, atCheckpoint, rest] = [gate(), gate(), gate()];
  const batch = withConsentLease(system, { purpose, subject: null }, async (lease) => {
    held.open();
    await atCheckpoint.passed;
    expect(isAnswered).toBe(false);
    await lease.checkpoint();
    await rest.passed;
  });
  await held.passed;
  const withdrawal = withdrawConsent(person, inForce, purpose).then(() => {
    isAnswered = true;
  });
  await expect.poll(() => waiters(database.admin)).toBe(1);
  atCheckpoint.open();
  await withdrawal;
  rest.open();
  await batch;
});

test('a lease on one person’s consent ends at the checkpoint after their withdrawal and cannot begin again', async ({
  database,
  clock,
}) => {
  const { persons, inForce } = await manyConsenting(database, clock, purpose, 2);
  const [person, other] = persons;
  if (person === undefined || other === undefined) throw new Error('two persons were made');
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const scope = { purpose, subject: person.userId };
  let withdrawal: Promise<unknown> = Promise.resolve();
  const work = withConsentLease(system, scope, async (lease) => {
    await withdrawConsent(other, inForce, purpose);
    await lease.checkpoint();
    withdrawal = withdrawConsent(person, inForce, purpose);
    await expect.poll(() => waiters(database.admin)).toBe(1);
    await lease.checkpoint();
  });
  await expect(work).rejects.toBeInstanceOf(ConsentEndedError);
  await withdrawal;
  await expect(withConsentLease(system, scope, async () => 'sent')).rejects.toBeInstanceOf(ConsentEndedError);
});

test('a holder that hangs is cut off: its signal is aborted and its next checkpoint fails', async ({
  database,
  clock,
}) => {
  const { persons } = await manyConsenting(database, clock, purpose, 1);
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const held = gate();
  const work = withConsentLease(system, { purpose, subject: null }, async (lease) => {
    held.open();
    if (!lease.signal.aborted)
      await new Promise((resolve) => lease.signal.addEventListener('abort', resolve, { once: true }));
    await lease.checkpoint();
  });
  const outcome = work.catch((error: unknown) => error);
  await held.passed;
  await endConsentWork(system, { purpose, subject: persons[0]?.userId ?? '' }, { patienceMs: 20 });
  expect(await outcome).toBeInstanceOf(LeaseBrokenError);
  await withConsentLease(system, { purpose, subject: null }, (lease) => lease.checkpoint());
});

test('a holder that is killed blocks no other, and what it had not committed is gone', async ({
  database,
  clock,
}) => {
  const { persons } = await manyConsenting(database, clock, purpose, 1);
  const userId = persons[0]?.userId ?? '';
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const fixture = fileURLToPath(new URL('./hold-lease.fixture.ts', import.meta.url));
  const holder = spawn(process.execPath, ['--import', 'tsx', fixture], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holder.stdin.write(`${JSON.stringify({ databaseUrl: database.appUrl })}\n`);
  const [said] = (await once(createInterface({ input: holder.stdout }), 'line')) as [string];
  expect(said).toBe('holding');
  let isAnswered = false;
  // Longer than the test may last: it must be the death of the holder that lets it through.
  const end = endConsentWork(system, { purpose, subject: userId }, { patienceMs: 600_000 }).then(() => {
    isAnswered = true;
  });
  await expect.poll(() => waiters(database.admin)).toBe(1);
  expect(isAnswered).toBe(false);
  holder.kill('SIGKILL');
  await end;
});

/** How many sessions wait for an advisory lock of this database. */
async function waiters(admin: { query(text: string): Promise<{ rows: { n: number }[] }> }): Promise<number> {
  const { rows } = await admin.query(
    `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.n ?? 0;
}
