import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { readExport } from '../../../../privacy/testing/read-export.ts';
import type { Ctx } from '../../../kernel/context.ts';
import { defineExportPart } from '../../../kernel/export-parts.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { aPerson, type Person, personOf } from '../../../testing/factories.ts';
import { type Database, test } from '../../../testing/test.ts';
import { keptMs, leaseMs, maxAttempts } from './limits.ts';

interface Copy {
  id: string;
  status: string;
  rowsDone: number;
  rowsTotal: number | null;
  sizeBytes: number | null;
  downloadUrl: string | null;
}

const asSystem = (ctx: Ctx): Ctx => ({ ...ctx, actor: { kind: 'system', name: 'test' } });
const write = (ctx: Ctx, { id }: Copy) => runJobNow(asSystem(ctx), 'privacy.write-export', { exportId: id });
const sweep = (ctx: Ctx) => runJobNow(asSystem(ctx), 'privacy.sweep-exports', {});

async function ask(person: Person): Promise<Copy> {
  const proof = { password: person.password };
  const answer = await person.call('POST', '/api/privacy/exports', { language: 'en', proof });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Copy>();
}

async function look(person: Person, { id }: Copy): Promise<Copy> {
  return (await person.call('GET', `/api/privacy/exports/${id}`)).json<Copy>();
}

function download(app: FastifyInstance, person: Person, { id }: Copy) {
  return app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
}

async function chunksOf(database: Database, { id }: Copy): Promise<number> {
  const { rows } = await database.admin.query<{ count: string }>(
    'select count(*)::text as count from privacy.export_chunks where export_id = $1',
    [id],
  );
  return Number(rows[0]?.count);
}

async function waitingJobs(database: Database, { id }: Copy): Promise<number> {
  const { rows } = await database.admin.query<{ count: string }>(
    'select count(*)::text as count from graphile_worker._private_jobs where payload->>$2 = $1',
    [id, 'exportId'],
  );
  return Number(rows[0]?.count);
}

test('LAW-14 a copy needs more than an open browser: who asks shows that it is them', async ({ app }) => {
  const person = await aPerson(app);
  for (const proof of [undefined, {}, { password: 'wrong password' }, { code: '000000' }]) {
    const answer = await person.call('POST', '/api/privacy/exports', { language: 'en', proof });
    expect(answer.statusCode).toBe(400);
  }
  expect((await person.call('GET', '/api/privacy/exports')).json()).toMatchObject({ items: [] });
});

test('the link works once, for its person only, and the file is gone after it', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const stranger = await aPerson(app);
  const copy = await ask(person);
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_not_ready' });
  await write(ctx, copy);
  expect((await app.inject({ url: `/api/privacy/exports/${copy.id}/file` })).statusCode).toBe(401);
  expect((await download(app, stranger, copy)).statusCode).toBe(404);
  expect(
    (
      await app.inject({
        method: 'HEAD',
        url: `/api/privacy/exports/${copy.id}/file`,
        headers: person.headers,
      })
    ).statusCode,
  ).toBe(404);
  const login = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    payload: { method: 'password', login: person.user.username, password: person.password },
  });
  const elsewhere = await personOf(app, login, '10.9.8.7');
  const file = await download(app, elsewhere, copy);
  expect(file.statusCode).toBe(200);
  expect(file.rawPayload.length).toBe(Number(file.headers['content-length']));
  expect((await readExport(file.rawPayload)).data.subject).toBe(person.user.id);
  expect(await look(person, copy)).toMatchObject({ status: 'taken', downloadUrl: null });
  expect(await chunksOf(database, copy)).toBe(0);
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_gone' });
});

test('at rest the copy is sealed for its person: without the key nobody reads it', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  await write(ctx, copy);
  const { rows } = await database.admin.query<{ envelope: Buffer }>(
    'select envelope from privacy.export_chunks where export_id = $1',
    [copy.id],
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { envelope } of rows) {
    expect(envelope[0]).toBe(1);
    expect(envelope.includes('PK\u0003\u0004')).toBe(false);
    expect(envelope.includes(person.user.username)).toBe(false);
  }
  await ctx.vault.destroy(person.user.id, 'content');
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_gone' });
});

test('a download that breaks off can be repeated', async ({ app, ctx, database, clock }) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  await write(ctx, copy);
  await database.admin.query(
    `update privacy.exports set status = 'delivering', lease_until = $2 where id = $1`,
    [copy.id, new Date(clock.now().getTime() + leaseMs)],
  );
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_not_ready' });
  clock.advanceMs(leaseMs + 1);
  await sweep(ctx);
  expect((await download(app, person, copy)).statusCode).toBe(200);
});

test('one copy is written at a time; asking again gives that one; a finished one makes way', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const first = await ask(person);
  expect((await ask(person)).id).toBe(first.id);
  await write(ctx, first);
  const second = await ask(person);
  expect(second.id).not.toBe(first.id);
  expect(await look(person, first)).toMatchObject({ status: 'cancelled' });
  expect(await chunksOf(database, first)).toBe(0);
});

test('a copy whose writer died is begun anew by the next sweep, and never stands in the way of asking', async ({
  app,
  ctx,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  await database.admin.query(
    `update privacy.exports set status = 'running', attempt = 1, lease_until = $2, chunks = 7 where id = $1`,
    [copy.id, new Date(clock.now().getTime() + leaseMs)],
  );
  await database.admin.query('delete from graphile_worker._private_jobs');
  await write(ctx, copy);
  expect(await look(person, copy)).toMatchObject({ status: 'running' });
  clock.advanceMs(leaseMs + 1);
  await sweep(ctx);
  expect(await waitingJobs(database, copy)).toBe(1);
  await write(ctx, copy);
  expect(await look(person, copy)).toMatchObject({ status: 'ready' });
  expect((await readExport((await download(app, person, copy)).rawPayload)).data.subject).toBe(
    person.user.id,
  );

  const stuck = await ask(person);
  await database.admin.query(
    `update privacy.exports set status = 'running', attempt = 1, lease_until = $2 where id = $1`,
    [stuck.id, clock.now()],
  );
  expect((await ask(person)).id).not.toBe(stuck.id);
});

test('who lost the lease stops, and what the other attempt wrote stays whole', async ({ app, ctx }) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  let isFirst = true;
  defineExportPart({
    name: 'test.slow-part',
    async files(inner) {
      if (inner.actor.kind !== 'user' || inner.actor.userId !== person.user.id || !isFirst) return [];
      isFirst = false;
      // The first attempt is overtaken while it reads: its lease has passed, another one writes the whole copy.
      const later = {
        ...asSystem(ctx),
        clock: { now: () => new Date(ctx.clock.now().getTime() + 2 * leaseMs) },
      };
      await write(later, copy);
      return [];
    },
  });
  await write(ctx, copy);
  expect(await look(person, copy)).toMatchObject({ status: 'ready' });
});

test('who lost the lease writes nothing more, also while the other attempt is still at work', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  defineExportPart({
    name: 'test.overtaken-part',
    async files(inner) {
      if (inner.actor.kind === 'user' && inner.actor.userId === person.user.id)
        await database.admin.query('update privacy.exports set attempt = attempt + 1 where id = $1', [
          copy.id,
        ]);
      return [];
    },
  });
  await write(ctx, copy);
  expect(await look(person, copy)).toMatchObject({ status: 'running' });
  expect(await chunksOf(database, copy)).toBe(0);
});

test('a copy that fails is tried again a few times, then says so', async ({ app, ctx, database }) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  defineExportPart({
    name: 'test.broken-part',
    async files(inner) {
      if (inner.actor.kind === 'user' && inner.actor.userId === person.user.id)
        throw new Error('broken part');
      return [];
    },
  });
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    expect(await look(person, copy)).toMatchObject({ status: 'queued' });
    await expect(write(ctx, copy)).rejects.toThrow('broken part');
  }
  expect(await look(person, copy)).toMatchObject({ status: 'failed' });
  expect(await chunksOf(database, copy)).toBe(0);
  await write(ctx, copy);
  expect((await ask(person)).id).not.toBe(copy.id);
});

test('a copy nobody fetches is deleted after 72 hours, and one that is cancelled at once', async ({
  app,
  ctx,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  await write(ctx, copy);
  clock.advanceMs(keptMs);
  // The sweep has not come yet.
  const { rows } = await database.admin.query<{ status: string }>(
    'select status from privacy.exports where id = $1',
    [copy.id],
  );
  expect(rows[0]?.status).toBe('ready');
  await sweep(ctx);
  expect(await chunksOf(database, copy)).toBe(0);
  const after = await database.admin.query<{ status: string }>(
    'select status from privacy.exports where id = $1',
    [copy.id],
  );
  expect(after.rows[0]?.status).toBe('expired');

  const other = await aPerson(app);
  const cancelled = await ask(other);
  await write(ctx, cancelled);
  for (let time = 0; time < 2; time += 1)
    expect((await other.call('DELETE', `/api/privacy/exports/${cancelled.id}`)).statusCode).toBe(204);
  expect(await chunksOf(database, cancelled)).toBe(0);
  expect((await download(app, other, cancelled)).json()).toMatchObject({ code: 'privacy.export_gone' });
});

test('a copy of thousands of rows tells how far it is, and shows one moment', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const rows = 5000;
  const insert = (from: number, count: number) =>
    database.admin.query(
      `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens, output_tokens,
         charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
       select 'usage_' || to_char(n, 'FM000000'), 'req_of_copy_' || n, $2, $1, 'key', 'model', 'price', n, 1, 9007199254740993, false, false,
         'completed', now(), 1, now(), now(), false, now() from generate_series($3::int, $4::int) n`,
      [person.user.id, person.tenant.id, from, from + count - 1],
    );
  await insert(1, rows);
  const copy = await ask(person);
  const seen: { done: number; total: number | null }[] = [];
  await database.admin.query(`
    create table public.progress_seen (at int generated always as identity, done bigint, total bigint);
    create function public.see_progress() returns trigger language plpgsql security definer as $$
    begin insert into public.progress_seen (done, total) values (new.rows_done, new.rows_total); return new; end $$;
    create trigger see_progress after update on privacy.exports for each row execute function public.see_progress();`);
  let isCounted = false;
  defineExportPart({
    name: 'test.late-rows',
    async files(inner) {
      if (inner.actor.kind !== 'user' || inner.actor.userId !== person.user.id || isCounted) return [];
      isCounted = true;
      await insert(rows + 1, 100);
      return [];
    },
  });
  await write(ctx, copy);
  const progress = await database.admin.query<{ done: string; total: string | null }>(
    'select done::text, total::text from public.progress_seen order by at',
  );
  await database.admin.query('drop table public.progress_seen; drop function public.see_progress cascade');
  for (const { done, total } of progress.rows)
    seen.push({ done: Number(done), total: total === null ? null : Number(total) });
  const total = seen.at(-1)?.total ?? 0;
  expect(total).toBeGreaterThanOrEqual(rows);
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  expect(seen.filter(({ done }) => done > 0 && done < total).length).toBeGreaterThanOrEqual(3);
  expect(seen.at(-1)?.done).toBe(total);
  const { data, tables } = await readExport((await download(app, person, copy)).rawPayload);
  expect(data.tables['billing.usage_events']?.rows).toHaveLength(rows);
  expect(tables['billing.usage_events']).toEqual(data.tables['billing.usage_events']?.rows);
  expect(tables['billing.usage_events']?.[0]).toMatchObject({
    input_tokens: rows,
    charge_micros: '9007199254740993',
  });
});
