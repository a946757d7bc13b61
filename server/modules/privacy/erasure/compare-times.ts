import { desc } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit, newestMark, vaultMarked } from '../../audit/index.ts';
import { monthOf } from './coarse-time.ts';
import { destroyProbeKey } from './erasure-store.ts';
import { isIrreversible } from './states.ts';
import { erasures } from './tables.ts';

/** What the database and the vault know of each other, and what only one of them knows. */
export interface TimeReport {
  /** Erasures the vault remembers and the database has never heard of: the database is from before them. */
  readonly unknownToDatabase: readonly string[];
  /** Erasures the database carried out and the vault has no line of: the vault is from before them. */
  readonly unknownToVault: readonly string[];
  /** What the log, which is anchored, says the vault once was, where it is less now. */
  readonly vaultWas: { readonly epoch: number; readonly erasures: number } | null;
}

/**
 * Database and vault are kept apart, so that one may be restored without the other. The line of an erasure is in the
 * vault before anything is destroyed, and its row in the database before the line: each is missed by the other at once.
 */
export async function compareTimes(ctx: Ctx): Promise<TimeReport> {
  authorize(ctx, 'privacy:run-erasure');
  const earlier = await erasuresOfVault(ctx);
  const { rows, mark } = await inTransaction(ctx, 'erasure', async (ctx) => ({
    rows: await ctx.db
      .select({ id: erasures.id, state: erasures.state, failedIn: erasures.failedIn })
      .from(erasures)
      .orderBy(desc(erasures.id)),
    mark: await newestMark(ctx),
  }));
  const known = new Set(rows.map(({ id }) => id));
  // Erasures go on meanwhile. The vault is read on either side of the database, so that each lacks nothing that was
  // written between the two looks.
  const lines = await erasuresOfVault(ctx);
  const { current: epoch } = await ctx.vault.epoch();
  const isLess = mark !== null && (mark.epoch > epoch || mark.erasures > lines.size);
  return {
    unknownToDatabase: [...earlier].filter((id) => !known.has(id)),
    unknownToVault: rows
      .filter(({ state, failedIn }) => isIrreversible(state === 'failed' ? (failedIn ?? state) : state))
      .flatMap(({ id }) => (lines.has(id) ? [] : [id])),
    vaultWas: isLess ? mark : null,
  };
}

/** An erasure whose plan was made anew has several lines. */
async function erasuresOfVault(ctx: Ctx): Promise<ReadonlySet<string>> {
  return new Set((await ctx.vault.erasures.lines()).map(({ erasureId }) => erasureId));
}

export function isDatabaseBehind({ unknownToDatabase }: TimeReport): boolean {
  return unknownToDatabase.length > 0;
}

export function isVaultBehind({ unknownToVault, vaultWas }: TimeReport): boolean {
  return unknownToVault.length > 0 || vaultWas !== null;
}

/** The state of the vault in the log: an attacker who puts an older vault back would have to rewrite the anchors too. */
export async function markVault(ctx: Ctx): Promise<void> {
  authorize(ctx, 'privacy:run-erasure');
  const { current: epoch } = await ctx.vault.epoch();
  const mark = { epoch, erasures: (await erasuresOfVault(ctx)).size };
  await inTransaction(ctx, 'erasure', async (ctx) => {
    const newest = await newestMark(ctx);
    if (newest?.epoch === mark.epoch && newest.erasures === mark.erasures) return;
    await audit(ctx, vaultMarked, { targetId: null, subjectId: null, details: mark });
  });
}

/**
 * Rows for erasures of which only the vault knows, since the record was lost with the database. The reference that the
 * person was given opens the certificate that the vault has kept.
 */
export async function rememberLostErasures(ctx: Ctx, ids: readonly string[]): Promise<void> {
  authorize(ctx, 'privacy:run-erasure');
  const begun = new Map((await ctx.vault.erasures.lines()).map(({ erasureId, at }) => [erasureId, at]));
  for (const id of ids) {
    const kept = await ctx.vault.erasures.certificateOf(id);
    const certifiedAt = monthOf(kept === undefined ? now(ctx) : new Date(kept.certifiedAt));
    const begunAt = begun.get(id);
    await inTransaction(ctx, 'erasure', (ctx) =>
      ctx.db
        .insert(erasures)
        .values({
          id,
          createdAt: begunAt === undefined ? certifiedAt : monthOf(new Date(begunAt)),
          updatedAt: certifiedAt,
          certifiedAt,
          state: 'certified',
          origin: 'restored',
          ground: 'restored-backup',
          referenceHash: kept?.referenceHash ?? null,
          certificate: kept?.certificate ?? 'lost with the database that was replaced by a backup',
          evidence: {},
          plansMade: 0,
          backupDays: 0,
        })
        .onConflictDoNothing({ target: erasures.id }),
    );
    // It goes on in the erasure that was begun again, which has a reference sealed under a key of its own.
    await destroyProbeKey(ctx, id);
  }
}
