import { expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { aReader, consentTo, manyConsenting } from '../../testing/consents.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import { contextWith, type Database, test } from '../../testing/test.ts';
import { withdrawConsent } from '../privacy/index.ts';

const text = { titleZh: '新模型', titleEn: 'A new model', bodyZh: '今天上线。', bodyEn: 'From today.' };
const publicUrl = 'http://127.0.0.1:8787';

/** News on its way, whose job the test runs itself. */
async function newsOf(operator: Person): Promise<string> {
  const written = await operator.call('POST', '/api/announcements/news', text);
  expect(written.statusCode).toBe(201);
  const { id } = written.json<{ id: string }>();
  expect((await operator.call('POST', `/api/announcements/news/${id}/send`)).statusCode).toBe(202);
  return id;
}

async function send(database: Database, clock: Ctx['clock'], newsId: string): Promise<void> {
  const system = contextWith(database.db, clock, { kind: 'system', name: 'test' }, null);
  await runJobNow(system, 'announcements.send-news', { newsId, publicUrl });
}

/** Runs what the queue holds for the messages of some persons, as the worker would. */
async function deliverAll(
  database: Database,
  clock: Ctx['clock'],
  userIds: readonly string[],
): Promise<void> {
  const system = contextWith(database.db, clock, { kind: 'system', name: 'test' }, null);
  for (const row of await messages(database, userIds)) {
    const consent = { purpose: 'marketing', subject: row.user_id };
    await runJobNow(system, 'notifications.deliver', { messageId: row.id, consent });
  }
}

async function messages(database: Database, userIds: readonly string[]) {
  const { rows } = await database.admin.query<{
    id: string;
    user_id: string;
    status: string;
    subject: string;
  }>(
    `select id, user_id, status, subject from notifications.outbox where template = 'news' and user_id = any($1) order by id`,
    [userIds],
  );
  return rows;
}

test('POOL-use-3 news reaches who agreed with a proved address, in their language, and nobody else', async ({
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
  expect(await messages(database, ids)).toMatchObject([{ status: 'sent' }]);
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
  await reader.call('POST', '/api/privacy/consents/marketing/withdraw');
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

test('FC-6.2.2 what is queued when a consent is taken back is thrown away unsent', async ({
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
  const system = contextWith(database.db, clock, { kind: 'system', name: 'test' }, null);
  await runJobNow(system, 'notifications.deliver', {
    messageId: queued[0]?.id,
    consent: { purpose: 'marketing', subject: reader.user.id },
  });
  expect(await messages(database, [reader.user.id])).toEqual([]);
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

test('must-show-4 a consent taken back between reading and writing stops the writing, and everybody else gets the news', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons, inForce } = await manyConsenting(database, clock, 'marketing', 3);
  const [first, leaver, last] = persons;
  if (first === undefined || leaver === undefined || last === undefined) throw new Error('three were made');
  const newsId = await newsOf(operator);
  // The batch has read who agrees and waits for this lock with its first message.
  const blocker = await database.admin.connect();
  await blocker.query('begin; lock table notifications.outbox in exclusive mode');
  const sending = send(database, clock, newsId);
  await expect.poll(() => waitsForOutbox(database)).toBe(true);
  let isAnswered = false;
  const withdrawal = withdrawConsent(leaver, inForce, 'marketing').then(() => {
    isAnswered = true;
  });
  await expect.poll(() => isWithdrawn(database, leaver.userId)).toBe(true);
  expect(isAnswered).toBe(false);
  await blocker.query('commit');
  blocker.release();
  await withdrawal;
  await sending;
  const ids = persons.map(({ userId }) => userId);
  expect((await messages(database, ids)).map(({ user_id }) => user_id)).toEqual([first.userId, last.userId]);
});

test('must-show-4 persons who take their consent back anywhere in a long batch get nothing after the answer', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons, inForce } = await manyConsenting(database, clock, 'marketing', 64);
  const newsId = await newsOf(operator);
  const sending = send(database, clock, newsId);
  const leavers = persons.filter((_, index) => index % 12 === 5);
  const leftWith = new Map<string, string[]>();
  for (const leaver of leavers) {
    await withdrawConsent(leaver, inForce, 'marketing');
    leftWith.set(
      leaver.userId,
      (await messages(database, [leaver.userId])).map(({ id }) => id),
    );
  }
  await sending;
  await deliverAll(
    database,
    clock,
    persons.map(({ userId }) => userId),
  );
  for (const { userId } of leavers) {
    const now = await messages(database, [userId]);
    expect(
      now.filter(({ id, status }) => status === 'sent' || leftWith.get(userId)?.includes(id) === false),
    ).toEqual([]);
  }
  const stayed = persons.filter((person) => !leavers.includes(person)).map(({ userId }) => userId);
  expect((await messages(database, stayed)).map(({ user_id }) => user_id).toSorted()).toEqual(stayed);
});

test('sending that was broken off goes on where it was, and nobody gets the same news twice', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons } = await manyConsenting(database, clock, 'marketing', 60);
  const ids = persons.map(({ userId }) => userId);
  await database.admin.query(
    `create function notifications.break_off() returns trigger language plpgsql as $$ begin raise 'killed here'; end $$;
     create trigger break_off before insert on notifications.outbox for each row when (new.user_id = '${ids[55]}') execute function notifications.break_off()`,
  );
  const newsId = await newsOf(operator);
  await expect(send(database, clock, newsId)).rejects.toThrow();
  const before = (await messages(database, ids)).map(({ id }) => id);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(56);
  await database.admin.query('drop function notifications.break_off cascade');
  await send(database, clock, newsId);
  const after = await messages(database, ids);
  expect(after.map(({ user_id }) => user_id).toSorted()).toEqual(ids);
  expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
});

async function waitsForOutbox({ admin }: Database): Promise<boolean> {
  const { rowCount } = await admin.query(
    `select 1 from pg_locks where relation = 'notifications.outbox'::regclass and not granted`,
  );
  return rowCount === 1;
}

async function isWithdrawn({ admin }: Database, userId: string): Promise<boolean> {
  const { rowCount } = await admin.query(
    `select 1 from privacy.consent_events where subject_id = $1 and kind = 'withdrawn'`,
    [userId],
  );
  return rowCount === 1;
}
