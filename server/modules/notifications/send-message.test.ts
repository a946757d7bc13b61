import { expect } from 'vitest';
import { asSystem } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { UndeliverableError } from '../../kernel/message-channel.ts';
import { anOperator, readMessages } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { sendMessage, type SendMessage } from './index.ts';
import { modules } from '../../modules.ts';
import * as messages from '../identity/messages.ts';

function aMessage(): SendMessage {
  return {
    channel: 'mail',
    to: `${newId('msg')}@example.com`,
    userId: null,
    message: messages.code({ code: '123456', minutes: 10 }),
    language: 'en',
  };
}

test('a message exists exactly when what it tells of was committed', async ({ ctx, database }) => {
  const message = aMessage();
  const broken = inTransaction(ctx, 'account', async (ctx) => {
    await sendMessage(ctx, message);
    throw new Error('the deed failed');
  });
  await expect(broken).rejects.toThrow('the deed failed');
  const count = async () => (await readMessages(database, message.to)).length;
  expect(await count()).toBe(0);
  await inTransaction(ctx, 'account', (ctx) => sendMessage(ctx, message));
  expect(await count()).toBe(1);
  await expect(sendMessage(ctx, message)).rejects.toThrow('belongs to the transaction');
});

test('delivering twice is harmless, and the payload of the job is an identifier only', async ({
  ctx,
  database,
  app,
}) => {
  const message = aMessage();
  await inTransaction(ctx, 'account', (ctx) => sendMessage(ctx, message));
  const operator = await anOperator(app, database);
  const read = async () => {
    const answer = await operator.call('GET', '/api/notifications/outbox?limit=1');
    return answer.json<{ items: { id: string; to: string; subject: string; status: string }[] }>().items[0];
  };
  const written = await read();
  expect(written).toMatchObject({ to: message.to, subject: 'Your Candor code', status: 'queued' });
  const queued = await database.admin.query(
    'select payload from graphile_worker._private_jobs order by id desc limit 1',
  );
  expect(queued.rows).toEqual([{ payload: { messageId: written?.id } }]);
  for (let run = 0; run < 2; run += 1)
    await runJobNow(asSystem(ctx, 'test'), 'notifications.deliver', { messageId: written?.id });
  expect(await read()).toMatchObject({ status: 'kept' });
  await runJobNow(asSystem(ctx, 'test'), 'notifications.deliver', {
    messageId: 'msg_01h455vb4pex5vsknk084sn02q',
  });
});

test('messages are gone after seven days, as the declaration promises', async ({ ctx, clock, database }) => {
  const message = aMessage();
  await inTransaction(ctx, 'account', (ctx) => sendMessage(ctx, message));
  const left = async () => {
    await runJobNow(asSystem(ctx, 'sweep'), 'privacy.sweep', {});
    return (await readMessages(database, message.to)).length;
  };
  clock.advanceMs(7 * 24 * 60 * 60 * 1000 - 1);
  expect(await left()).toBe(1);
  clock.advanceMs(1);
  expect(await left()).toBe(0);
});

test('a message whose receiver was erased before it went out goes nowhere', async ({ ctx, database }) => {
  const userId = newTimelessId('user');
  const message = { ...aMessage(), userId };
  await inTransaction(ctx, 'account', (ctx) => sendMessage(ctx, message));
  const { rows } = await database.admin.query<{ id: string }>(
    'select id from notifications.outbox where user_id = $1',
    [userId],
  );
  await ctx.vault.destroy(userId, 'all');
  expect(await readMessages(database, message.to)).toEqual([]);
  await runJobNow(asSystem(ctx, 'test'), 'notifications.deliver', { messageId: rows[0]?.id });
  const left = await database.admin.query('select status from notifications.outbox where user_id = $1', [
    userId,
  ]);
  expect(left.rows).toEqual([{ status: 'queued' }]);
});

test('every text exists in both languages and says all it was told', () => {
  const values = {
    code: '987654',
    minutes: 10,
    caseId: 'case_01',
    title: 'News',
    text: 'the whole text of a letter',
    unsubscribe: 'a link',
    undo: 'another link',
    hours: 72,
  };
  const templates = modules.flatMap((module) => module.messages ?? []);
  expect(templates.length).toBeGreaterThan(12);
  for (const fill of templates) {
    const message = fill(values);
    const [zh, en] = [message.in('zh-CN'), message.in('en')];
    for (const { subject, body } of [zh, en]) {
      expect([fill.template, subject.length > 0, body.length > 20]).toEqual([fill.template, true, true]);
      expect(subject + body).not.toMatch(/undefined|\$\{/);
    }
    expect(fill.title.zh).not.toBe(fill.title.en);
  }
  expect(messages.code(values).in('en').body).toContain('987654');
});

test('what a channel refuses for good is failed and not tried again; any other fault is left to the queue', async ({
  ctx,
  database,
}) => {
  const message = aMessage();
  await inTransaction(ctx, 'account', (ctx) => sendMessage(ctx, message));
  const { rows } = await database.admin.query<{ id: string }>(
    'select id from notifications.outbox order by id desc limit 1',
  );
  const messageId = rows[0]?.id;
  const faults = [new Error('the mail server is away'), new UndeliverableError('no such address')];
  let deliveries = 0;
  const mail = {
    name: 'refusing',
    async deliver() {
      const fault = faults[deliveries];
      deliveries += 1;
      if (fault !== undefined) throw fault;
    },
  };
  const deliver = () =>
    runJobNow({ ...asSystem(ctx, 'test'), channels: { mail } }, 'notifications.deliver', { messageId });
  const status = async () =>
    (await database.admin.query('select status from notifications.outbox where id = $1', [messageId])).rows;
  await expect(deliver()).rejects.toThrow('the mail server is away');
  expect(await status()).toEqual([{ status: 'queued' }]);
  await deliver();
  expect(await status()).toEqual([{ status: 'failed' }]);
  await deliver();
  expect(deliveries).toBe(2);
});
