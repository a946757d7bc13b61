import { timingSafeEqual } from 'node:crypto';
import { asc, eq, gte } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { unauthenticated } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from './audit.ts';
import { logEntryOf, referencesOf } from './log-store.ts';
import { auditEntries, logLeaves } from './schema.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Lets an auditor read the log for some days. The token says who and until when and proves itself, so there is nothing
 * to keep and nothing it opens but `readLogAsAuditor`.
 */
export async function admitAuditor(ctx: Ctx, { days }: { days: number }) {
  authorize(ctx, 'audit:admit-auditor');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const auditorId = newId('auditor');
    const expiresAt = new Date(now(ctx).getTime() + days * dayMs);
    await audit(ctx, 'audit.auditor_admitted', {
      targetId: auditorId,
      subjectId: null,
      details: { expiresAt: expiresAt.toISOString() },
    });
    const claim = `${auditorId}.${expiresAt.getTime()}`;
    return { auditorId, expiresAt, token: `${claim}.${ctx.keyedHash('auditor', claim)}` };
  });
}

/** Leaves of the whole log in order: who did what to what, by their ids; no details of persons. Every look is an entry too. */
export async function readLogAsAuditor(
  ctx: Ctx,
  { authorization, from, limit }: { authorization: string | undefined; from: number; limit: number },
) {
  authorize(ctx, 'audit:read-log');
  const auditorId = auditorOf(ctx, authorization);
  return inTransaction(asSystem(ctx, auditorId), 'security', async (ctx) => {
    const rows = await ctx.db
      .select({ entry: auditEntries, seq: logLeaves.seq, registryHash: logLeaves.registryHash })
      .from(logLeaves)
      .innerJoin(auditEntries, eq(auditEntries.id, logLeaves.entryId))
      .where(gte(logLeaves.seq, from))
      .orderBy(asc(logLeaves.seq))
      .limit(limit);
    await audit(ctx, 'audit.auditor_read', {
      targetId: auditorId,
      subjectId: null,
      details: { from, count: rows.length },
    });
    const items = rows.map(({ entry, seq, registryHash }) => ({
      envelope: logEntryOf(entry, seq, registryHash).envelope,
      ciphertext: Buffer.from(logEntryOf(entry, seq, registryHash).ciphertext).toString('base64url'),
      references: referencesOf(entry),
    }));
    return { items, next: rows.length === limit ? (rows.at(-1)?.seq ?? from) + 1 : null };
  });
}

/** @throws `kernel.unauthenticated` for any token but a genuine one whose time has not run out. */
function auditorOf(ctx: Ctx, authorization: string | undefined): string {
  const [, auditorId = '', expires = '', proof = ''] =
    /^Bearer (auditor_[0-9a-z]{26})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/.exec(authorization ?? '') ?? [];
  const expected = Buffer.from(ctx.keyedHash('auditor', `${auditorId}.${expires}`));
  const given = Buffer.from(proof);
  const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isGenuine || Number(expires) <= now(ctx).getTime()) throw unauthenticated();
  return auditorId;
}
