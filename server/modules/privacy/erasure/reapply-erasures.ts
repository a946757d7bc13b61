import type { LedgerLine } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { type Ctx } from '../../../kernel/context.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { Problem } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { freezeNow, startErasure } from './confirm-erasure.ts';
import { findReference, newReference } from './erasure-store.ts';
import { listSubjects } from './list-subjects.ts';
import { erasureRunning } from './problems.ts';
import { runErasure } from './run-erasure.ts';
import { isIrreversible } from './states.ts';
import { erasures } from './tables.ts';

/**
 * Compares the database with the ledger that lies with the keys: every person who was erased and is here again, because a dump
 * from before was restored, is erased again before the server answers requests. @returns how many.
 */
export async function reapplyErasures(ctx: Ctx, settings: { readonly backupDays: number }): Promise<number> {
  authorize(ctx, 'privacy:run-erasure');
  const lines = await ctx.vault.erasures.lines();
  const unknown = new Map(lines.map((line) => [line.subjectHash, line] as const));
  const known = await knownErasures(ctx);
  // One line that this database remembers is enough: a person may have several, from earlier restored dumps.
  for (const line of lines) if (known.has(line.erasureId)) unknown.delete(line.subjectHash);
  if (unknown.size === 0) return 0;
  const again: string[] = [];
  for await (const subjectId of listSubjects(ctx.product.registry, (text, parameters) =>
    inTransaction(ctx, 'erasure', (ctx) => engineQuery(ctx)(text, parameters)),
  )) {
    const hash = await ctx.vault.erasures.hashOf(subjectId);
    const line = unknown.get(hash);
    if (line === undefined) continue;
    unknown.delete(hash);
    ctx.log.warn({ erasureId: line.erasureId }, 'an erased person is here again and is erased again');
    const erasureId = await beginAgain(ctx, subjectId, line, settings).catch((error: unknown) => {
      // Another server has started at the same moment and found the same.
      if (error instanceof Problem && error.code === erasureRunning.code) return null;
      throw error;
    });
    if (erasureId !== null) again.push(erasureId);
  }
  for (const erasureId of again) {
    await runErasure(ctx, erasureId).catch((error: unknown) =>
      ctx.log.error({ err: error, erasureId }, 'an erasure cannot go on'),
    );
  }
  return again.length;
}

async function beginAgain(
  ctx: Ctx,
  subjectId: string,
  line: LedgerLine,
  settings: { readonly backupDays: number },
): Promise<string> {
  const running = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db.select({ id: erasures.id }).from(erasures).where(eq(erasures.subjectId, subjectId)),
  );
  const erasureId =
    running[0]?.id ??
    (await startErasure(ctx, {
      subjectId,
      tenantId: null,
      origin: 'restored',
      ground: 'restored-backup',
      promiseHash: line.planHash,
      // Of an erasure that was certified the vault has kept the certificate, which the reference opens. One that was
      // still under way goes on here, and the person follows it with what they were given.
      reference: (await findReference(ctx, { id: line.erasureId, ...line })) ?? newReference(),
      closedAt: new Date(line.at),
      ...settings,
    }));
  await freezeNow(ctx, erasureId);
  return erasureId;
}

/** Erasures that this database remembers having carried out. */
async function knownErasures(ctx: Ctx): Promise<ReadonlySet<string>> {
  const rows = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db.select({ id: erasures.id, state: erasures.state, failedIn: erasures.failedIn }).from(erasures),
  );
  const isDone = ({ state, failedIn }: (typeof rows)[number]) =>
    isIrreversible(state === 'failed' ? (failedIn ?? state) : state);
  return new Set(rows.filter(isDone).map(({ id }) => id));
}
