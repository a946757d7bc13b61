import { expect } from 'vitest';
import { readExport } from '../../../../privacy-engine/testing/read-export.ts';
import { aPerson, personOf } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { ask, chunksOf, download, look, sweep, write } from './copies.fixture.ts';
import { keptMs, keptAfterDownloadMs, leaseMs } from './limits.ts';

test('LAW-14 a copy needs more than an open browser: who asks shows that it is them', async ({ app }) => {
  const person = await aPerson(app);
  for (const proof of [undefined, {}, { password: 'wrong password' }, { code: '000000' }]) {
    const answer = await person.call('POST', '/api/privacy/exports', { language: 'en', proof });
    expect(answer.statusCode).toBe(400);
  }
  expect((await person.call('GET', '/api/privacy/exports')).json()).toMatchObject({ items: [] });
});

test('the link works for its person only, a quarter of an hour after the download too, and then the file is gone', async ({
  app,
  ctx,
  database,
  clock,
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
    'only looking would count as a download',
  ).toBe(405);
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
  const takenAt = clock.now();
  expect(await look(person, copy)).toMatchObject({
    status: 'ready',
    takenAt: takenAt.toISOString(),
    expiresAt: new Date(takenAt.getTime() + keptAfterDownloadMs).toISOString(),
  });
  clock.advanceMs(keptAfterDownloadMs - 1);
  await sweep(ctx);
  expect((await download(app, elsewhere, copy)).rawPayload).toEqual(file.rawPayload);
  clock.advanceMs(1);
  expect(await look(person, copy)).toMatchObject({ status: 'taken', downloadUrl: null });
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_gone' });
  await sweep(ctx);
  expect(await look(person, copy)).toMatchObject({ status: 'taken', takenAt: takenAt.toISOString() });
  expect(await chunksOf(database, copy)).toBe(0);
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_gone' });
});

test('at rest the copy is sealed for its person: without the key it cannot be read', async ({
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
  expect((await download(app, person, copy)).json()).toMatchObject({ code: 'privacy.export_delivering' });
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

test('a copy that is not fetched is deleted after 72 hours, and one that is cancelled at once', async ({
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
