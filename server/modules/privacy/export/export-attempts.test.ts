import { userOf } from '../../../kernel/context.ts';
import { expect } from 'vitest';
import { readExport } from '../../../../privacy-engine/testing/read-export.ts';
import { aPerson } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { ask, asSystem, chunksOf, download, look, sweep, waitingJobs, write } from './copies.fixture.ts';
import { leaseMs, maxAttempts } from './limits.ts';

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

test('who lost the lease stops, and what the other attempt wrote stays whole', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  const copy = await ask(person);
  let isFirst = true;
  database.product.exportParts.add({
    name: 'test.slow-part',
    async files(inner) {
      if (userOf(inner) !== person.user.id || !isFirst) return [];
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
  database.product.exportParts.add({
    name: 'test.overtaken-part',
    async files(inner) {
      if (userOf(inner) === person.user.id)
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
  database.product.exportParts.add({
    name: 'test.broken-part',
    async files(inner) {
      if (userOf(inner) === person.user.id) throw new Error('broken part');
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
       select 'usage_' || to_char(n, 'FM000000'), 'req_of_copy_' || n, $2, $1, 'key', 'model', 'price', 1, 1, 9007199254740993, false, false,
         'completed', now(), n, now(), now(), false, now() from generate_series($3::int, $4::int) n`,
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
  database.product.exportParts.add({
    name: 'test.late-rows',
    async files(inner) {
      if (userOf(inner) !== person.user.id || isCounted) return [];
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
    duration_ms: rows,
    charge_micros: '9007199254740993',
  });
});
