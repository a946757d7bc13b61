import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { consentEvents, consentNotices, type NoticeText } from './tables.ts';

/** One decision as it was recorded, with the words that were shown. */
export interface ConsentRecord {
  readonly id: string;
  readonly subjectRef: string;
  readonly purpose: string;
  readonly kind: 'given' | 'refused' | 'withdrawn' | 'noticed';
  readonly form: 'explicit' | 'separate';
  readonly method: 'page' | 'prompt' | 'unsubscribe';
  readonly noticeHash: string | null;
  readonly noticeLocale: 'zh-CN' | 'en' | null;
  readonly notice: NoticeText | null;
  readonly scopeHash: string;
  readonly policyVersion: string;
  readonly registryHash: string;
  readonly previousId: string | null;
  readonly createdAt: Date;
}

const recordColumns = {
  id: consentEvents.id,
  subjectRef: consentEvents.subjectRef,
  purpose: consentEvents.purpose,
  kind: consentEvents.kind,
  form: consentEvents.form,
  method: consentEvents.method,
  noticeHash: consentEvents.noticeHash,
  noticeLocale: consentEvents.noticeLocale,
  scopeHash: consentEvents.scopeHash,
  policyVersion: consentEvents.policyVersion,
  registryHash: consentEvents.registryHash,
  previousId: consentEvents.previousId,
  createdAt: consentEvents.createdAt,
};

/** Everything the person has ever decided here, newest first. */
export async function listConsentHistory(
  ctx: Ctx,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: ConsentRecord[]; nextCursor: string | null }> {
  authorize(ctx, 'privacy:read-self');
  const rows = await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db
      .select(recordColumns)
      .from(consentEvents)
      .where(query.cursor === undefined ? undefined : lt(consentEvents.id, query.cursor))
      .orderBy(desc(consentEvents.id))
      .limit(query.limit + 1),
  );
  const { items, nextCursor } = page(rows, query.limit);
  return { items: await withNotices(ctx, items), nextCursor };
}

/** One decision of the person. @throws `kernel.not_found` for another person's. */
export async function readConsentRecord(ctx: Ctx, consentId: string): Promise<ConsentRecord> {
  authorize(ctx, 'privacy:read-self');
  const rows = await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db
      .select(recordColumns)
      .from(consentEvents)
      .where(and(eq(consentEvents.id, consentId))),
  );
  const [record] = await withNotices(ctx, rows);
  if (record === undefined) throw notFound();
  return record;
}

/** The texts are no personal data, so they are read for another purpose than the decisions. */
async function withNotices(ctx: Ctx, rows: Omit<ConsentRecord, 'notice'>[]): Promise<ConsentRecord[]> {
  const hashes = [...new Set(rows.flatMap(({ noticeHash }) => noticeHash ?? []))];
  const notices =
    hashes.length === 0
      ? []
      : await inTransaction(ctx, 'account', (ctx) =>
          ctx.db.select().from(consentNotices).where(inArray(consentNotices.hash, hashes)),
        );
  const bodyByHash = new Map(notices.map(({ hash, body }) => [hash, body]));
  return rows.map((row) => ({ ...row, notice: bodyByHash.get(row.noticeHash ?? '') ?? null }));
}
