import { expect } from 'vitest';
import { runJobNow } from '../../kernel/jobs.ts';
import { aReader, consentTo } from '../../testing/consents.fixture.ts';
import { anOperator, aPerson } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { deliverAll, messages, newsOf, publicUrl, send, text } from './news.fixture.ts';

test('POOL-use-3 news reaches the persons who agreed with a proved address, in their language, and no others', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const reader = await aReader(app, database);
  const [silent, unproved] = [await aPerson(app), await aPerson(app)];
  await consentTo(unproved, 'marketing');
  await consentTo(silent, 'improvement');
  const newsId = await newsOf(operator);
  await send(database, clock, newsId);
  const ids = [reader, silent, unproved, operator].map(({ user }) => user.id);
  expect(await messages(database, ids)).toMatchObject([
    { user_id: reader.user.id, subject: 'A new model', status: 'queued' },
  ]);
  await deliverAll(database, clock, ids);
  expect(await messages(database, ids)).toMatchObject([{ status: 'kept' }]);
  const list = await operator.call('GET', '/api/announcements/news');
  expect(list.json<{ items: object[] }>().items[0]).toMatchObject({ id: newsId, state: 'sent' });
  const again = await operator.call('POST', `/api/announcements/news/${newsId}/send`);
  expect(again.json()).toMatchObject({ code: 'announcements.already_sent' });
});

test('only an operator writes and sends news', async ({ app }) => {
  const person = await aPerson(app);
  for (const [method, url] of [
    ['GET', '/api/announcements/news'],
    ['POST', '/api/announcements/news'],
  ] as const) {
    expect((await person.call(method, url, method === 'POST' ? text : undefined)).statusCode).toBe(403);
  }
});

test('DRUN-7.6 after an objection marketing stops at once, and service messages go on', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const reader = await aReader(app, database);
  expect((await reader.call('PUT', '/api/privacy/objections/marketing')).statusCode).toBe(204);
  await send(database, clock, await newsOf(operator));
  expect(await messages(database, [reader.user.id])).toEqual([]);
  const code = await reader.call('POST', '/api/identity/codes', {
    email: reader.user.email,
    use: 'recover',
    language: 'en',
  });
  expect(code.statusCode).toBeLessThan(300);
  const { rowCount } = await database.admin.query(
    `select 1 from notifications.outbox where template = 'code' and user_id = $1`,
    [reader.user.id],
  );
  expect(rowCount).toBe(1);
});

test('DRUN-7.4 a restricted person gets no news although they agreed', async ({ app, database, clock }) => {
  const operator = await anOperator(app, database);
  const reader = await aReader(app, database);
  await database.admin.query('insert into privacy.restrictions (subject_id, created_at) values ($1, now())', [
    reader.user.id,
  ]);
  await send(database, clock, await newsOf(operator));
  expect(await messages(database, [reader.user.id])).toEqual([]);
});

test('FC-6.2.2 CHIPL-8.3.b CHIPL-0.f POOL-rts-2 what is queued when a consent is taken back is thrown away unsent, and nothing is queued any more for a person who took it back or refused', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const reader = await aReader(app, database);
  await send(database, clock, await newsOf(operator));
  const queued = await messages(database, [reader.user.id]);
  expect(queued).toMatchObject([{ status: 'queued' }]);
  await reader.call('POST', '/api/privacy/consents/marketing/withdraw');
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  await runJobNow(system, 'notifications.deliver', {
    messageId: queued[0]?.id,
    consent: { purpose: 'marketing', subject: reader.user.id },
  });
  expect(await messages(database, [reader.user.id])).toEqual([]);
  const refuser = await aReader(app, database);
  await refuser.call('POST', '/api/privacy/consents/marketing/refuse');
  await send(database, clock, await newsOf(operator));
  expect(await messages(database, [reader.user.id, refuser.user.id])).toEqual([]);
});

test('X16 PIPL 47(1)(3) CHIPL-8.3.b what stood on the consent alone goes with it; what was sent stays sent', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const [leaver, stayer] = [await aReader(app, database), await aReader(app, database)];
  await send(database, clock, await newsOf(operator));
  await deliverAll(database, clock, [leaver.user.id]);
  await leaver.call('POST', '/api/privacy/consents/marketing/withdraw');
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const queued = await database.admin.query<{ payload: { subject: string } }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'privacy.forget-consented' and j.payload->>'subject' = any($1)`,
    [[leaver.user.id, stayer.user.id]],
  );
  expect(queued.rows.map(({ payload }) => payload.subject)).toEqual([leaver.user.id]);
  for (const { payload } of queued.rows) await runJobNow(system, 'privacy.forget-consented', payload);
  const { rows } = await database.admin.query(
    'select user_id from announcements.news_sends where user_id = any($1)',
    [[leaver.user.id, stayer.user.id]],
  );
  expect(rows).toEqual([{ user_id: stayer.user.id }]);
  expect(await messages(database, [leaver.user.id])).toMatchObject([{ status: 'kept' }]);
});

test('POOL-use-3 one click in the mail takes the consent back without logging in; looking at the link does not', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const reader = await aReader(app, database);
  await send(database, clock, await newsOf(operator));
  const outbox = await operator.call('GET', '/api/notifications/outbox?limit=200');
  const mail = outbox
    .json<{ items: { to: string; subject: string; body: string }[] }>()
    .items.find(({ to, subject }) => to === reader.user.email && subject === 'A new model');
  const link = /http:\S+\/unsubscribe\/\S+/.exec(mail?.body ?? '')?.[0].slice(publicUrl.length) ?? '';
  const state = async () => {
    const answer = await reader.call('GET', '/api/privacy/consents');
    return answer.json<{ items: { purpose: string; state: string }[] }>().items[0]?.state;
  };
  const page = await app.inject({ url: link });
  expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('<form method="post">')]);
  expect(await state()).toBe('given');
  for (const forged of [
    link.replace(/\.(.)/, (_, c: string) => `.${c === 'A' ? 'B' : 'A'}`),
    '/unsubscribe/x?lang=en',
  ]) {
    expect((await app.inject({ method: 'POST', url: forged })).statusCode, forged).toBe(404);
  }
  expect(await state()).toBe('given');
  const click = await app.inject({
    method: 'POST',
    url: link,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'List-Unsubscribe=One-Click',
  });
  expect([click.statusCode, click.body]).toEqual([200, expect.stringContaining('You are unsubscribed')]);
  expect(await state()).toBe('withdrawn');
  const history = await reader.call('GET', '/api/privacy/consents/history');
  expect(history.json<{ items: object[] }>().items[0]).toMatchObject({
    kind: 'withdrawn',
    method: 'unsubscribe',
  });
});
