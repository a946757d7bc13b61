// What the tests of announcements share: news on its way and what became of it.
import { expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import type { Person } from '../../testing/factories.ts';
import { contextWith, type Database } from '../../testing/test.ts';

export const text = {
  titleZh: '新模型',
  titleEn: 'A new model',
  bodyZh: '今天上线。',
  bodyEn: 'From today.',
};
export const publicUrl = 'http://127.0.0.1:8787';

/** News on its way, whose job the test runs itself. */
export async function newsOf(operator: Person): Promise<string> {
  const written = await operator.call('POST', '/api/announcements/news', text);
  expect(written.statusCode).toBe(201);
  const { id } = written.json<{ id: string }>();
  expect((await operator.call('POST', `/api/announcements/news/${id}/send`)).statusCode).toBe(202);
  return id;
}

export async function send(database: Database, clock: Ctx['clock'], newsId: string): Promise<void> {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  await runJobNow(system, 'announcements.send-news', { newsId, publicUrl });
}

/** Runs what the queue holds for the messages of some persons, as the worker would. */
export async function deliverAll(
  database: Database,
  clock: Ctx['clock'],
  userIds: readonly string[],
): Promise<void> {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  for (const row of await messages(database, userIds)) {
    const consent = { purpose: 'marketing', subject: row.user_id };
    await runJobNow(system, 'notifications.deliver', { messageId: row.id, consent });
  }
}

export async function messages(database: Database, userIds: readonly string[]) {
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
