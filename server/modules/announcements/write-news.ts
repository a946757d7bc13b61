import { and, desc, eq, lt } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel } from '../notifications/index.ts';
import { newsAlreadySent } from './problems.ts';
import { news } from './schema.ts';
import { sendNews } from './send-news.ts';

export type News = typeof news.$inferSelect;

export interface NewsText {
  readonly titleZh: string;
  readonly titleEn: string;
  readonly bodyZh: string;
  readonly bodyEn: string;
}

/** Writes news as a draft. */
export async function writeNews(ctx: Ctx, text: NewsText): Promise<News> {
  authorize(ctx, 'announcements:write');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const id = newId('news');
    const [written] = await ctx.db
      .insert(news)
      .values({ id, state: 'draft', ...text, createdAt: now(ctx) })
      .returning();
    if (written === undefined) throw new Error('a row inserted is a row returned');
    await audit(ctx, 'announcements.news_written', { targetId: id, subjectId: null });
    return written;
  });
}

/** News of this installation, newest first. To how many each went only a metric says. */
export async function listNews(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'announcements:write');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(news)
      .where(query.cursor === undefined ? undefined : lt(news.id, query.cursor))
      .orderBy(desc(news.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

/**
 * Starts sending, once. Who gets it is decided by PostgreSQL while it is sent: every person who agrees at that moment.
 * @throws `announcements.already_sent` when it is on its way already, `notifications.no_mail` where no mail goes out.
 */
export async function startSending(
  ctx: Ctx,
  { newsId, publicUrl }: { readonly newsId: string; readonly publicUrl: string },
): Promise<News> {
  authorize(ctx, 'announcements:write');
  requireChannel(ctx, 'mail');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const [started] = await ctx.db
      .update(news)
      .set({ state: 'sending', startedAt: now(ctx) })
      .where(and(eq(news.id, newsId), eq(news.state, 'draft')))
      .returning();
    if (started === undefined) throw await whyNot(ctx, newsId);
    await audit(ctx, 'announcements.news_started', { targetId: newsId, subjectId: null });
    await sendNews.enqueue(ctx, { newsId, publicUrl }, { key: `news ${newsId}` });
    return started;
  });
}

async function whyNot(ctx: Ctx, newsId: string) {
  const [known] = await ctx.db.select({ id: news.id }).from(news).where(eq(news.id, newsId));
  return known === undefined ? notFound() : newsAlreadySent();
}
