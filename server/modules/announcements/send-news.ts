import { and, eq, max } from 'drizzle-orm';
import { z } from 'zod';
import { withConsentLease } from '../../kernel/consent-lease.ts';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction, isRefusedByRowPolicy } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { listReachable, type Reachable } from '../identity/index.ts';
import { sendMessage } from '../notifications/index.ts';
import { news, newsSends } from './schema.ts';
import { unsubscribeToken } from './unsubscribe-token.ts';
import * as messages from './messages.ts';

/** Few enough that a person who takes a consent back meanwhile waits for a moment only. */
const personsPerTransaction = 50;

/** Sends one news to every person who agrees while it is sent. Broken off anywhere, it goes on where it was. */
export const sendNews = defineJob(
  'announcements.send-news',
  z.object({ newsId: z.string(), publicUrl: z.string() }),
  sendNewsToAll,
);

type News = typeof news.$inferSelect;

async function sendNewsToAll(ctx: Ctx, input: { newsId: string; publicUrl: string }): Promise<void> {
  authorize(ctx, 'announcements:send');
  const item = await inTransaction(ctx, 'operations', async (ctx) => {
    const [row] = await ctx.db.select().from(news).where(eq(news.id, input.newsId));
    return row;
  });
  if (item?.state !== 'sending') return;
  await withConsentLease(ctx, { purpose: 'marketing', subject: null }, async (lease) => {
    let after = await lastReached(ctx, item.id);
    for (;;) {
      const batch = { item, after, publicUrl: input.publicUrl };
      after = await retryRefused(() => sendBatch(ctx, batch));
      if (after === null) return;
      await lease.checkpoint();
    }
  });
  await inTransaction(ctx, 'operations', async (ctx) => {
    const ended = await ctx.db
      .update(news)
      .set({ state: 'sent', finishedAt: now(ctx) })
      .where(and(eq(news.id, item.id), eq(news.state, 'sending')))
      .returning({ id: news.id });
    if (ended.length > 0) await audit(ctx, 'announcements.news_sent', { targetId: item.id, subjectId: null });
  });
}

/** Persons are reached in the order of their ids, so the last one says how far it got. */
async function lastReached(ctx: Ctx, newsId: string): Promise<string | null> {
  return inTransaction(ctx, 'marketing', async (ctx) => {
    const [row] = await ctx.db
      .select({ userId: max(newsSends.userId) })
      .from(newsSends)
      .where(eq(newsSends.newsId, newsId));
    return row?.userId ?? null;
  });
}

/** Reads who agrees and writes their messages, in one transaction. @returns the last person, null when there are no more. */
async function sendBatch(
  ctx: Ctx,
  batch: { readonly item: News; readonly after: string | null; readonly publicUrl: string },
): Promise<string | null> {
  const { item, after, publicUrl } = batch;
  return inTransaction(ctx, 'marketing', async (ctx) => {
    const persons = await listReachable(ctx, { after, limit: personsPerTransaction });
    if (persons.length === 0) return null;
    const fresh = await noteSends(ctx, item.id, persons);
    for (const { id, email, language } of persons.filter((person) => fresh.has(person.id))) {
      const isChinese = language === 'zh-CN';
      await sendMessage(ctx, {
        channel: 'mail',
        to: email,
        userId: id,
        message: messages.news({
          title: isChinese ? item.titleZh : item.titleEn,
          text: isChinese ? item.bodyZh : item.bodyEn,
          unsubscribe: `${publicUrl}/unsubscribe/${unsubscribeToken(ctx, id)}?lang=${isChinese ? 'zh' : 'en'}`,
        }),
        language,
      });
    }
    return persons.at(-1)?.id ?? null;
  });
}

/** Who has not had this news yet. */
async function noteSends(ctx: Ctx, newsId: string, persons: readonly Reachable[]): Promise<Set<string>> {
  const noted = await ctx.db
    .insert(newsSends)
    .values(persons.map(({ id: userId }) => ({ id: newId('newssend'), newsId, userId, createdAt: now(ctx) })))
    .onConflictDoNothing({ target: [newsSends.newsId, newsSends.userId] })
    .returning({ userId: newsSends.userId });
  return new Set(noted.map(({ userId }) => userId));
}

const attempts = 5;

/**
 * When a person takes their consent back between reading and writing, PostgreSQL refuses the writing. The batch is begun
 * anew and does not find them any more.
 */
async function retryRefused<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRefusedByRowPolicy(error) || attempt === attempts) throw error;
    }
  }
}
