import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Act } from '../../declare/acts.ts';
import { actorText, type Ctx, now, actingPerson } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { sealRows } from '../../kernel/sealed-rows.ts';
import { withDigests } from './references.ts';
import { type AuditDetails, auditEntries, entryDetails, pendingEntries } from './schema.ts';

/** What an act was about. */
export interface ActFacts {
  readonly targetId: string | null;
  /** The person it concerns: details are sealed under their key, and it is in their export. Null where it concerns no person. */
  readonly subjectId: string | null;
  readonly details?: AuditDetails;
  /** Stays readable beside sealed details and after them: hashes by which the log vouches for something. */
  readonly vouchers?: AuditDetails;
  /** The account that may read the entry; without it the actor's. */
  readonly tenantId?: string | null;
}

export interface ActRecord extends ActFacts {
  readonly action: Act;
}

/**
 * Writes down a mutation in its own transaction: there is no change without its entry, and no entry without its
 * change. @returns the id of the entry, see `leafOf`.
 */
export async function audit(ctx: Ctx, action: Act, facts: ActFacts): Promise<string> {
  const [id] = await auditAll(ctx, [{ action, ...facts }]);
  if (id === undefined) throw new Error('one act in, one entry out');
  return id;
}

/** Several acts of one transaction at once, in order. */
export async function auditAll(ctx: Ctx, acts: readonly ActRecord[]): Promise<string[]> {
  if (ctx.purpose === null)
    throw new Error(
      `audit of ${acts[0]?.action ?? 'nothing'} must happen inside the transaction it describes`,
    );
  if (acts.length === 0) return [];
  const drafts = acts.map((act) => ({
    tenantId: ctx.tenantId,
    ...act,
    id: newId('audit'),
  }));
  const sealed = await sealRows(
    ctx,
    entryDetails,
    drafts.flatMap(({ id, tenantId, subjectId, details = {} }) =>
      isSealed(ctx, subjectId) && !isEmpty(details)
        ? [{ entryId: id, tenantId, subjectId, details, createdAt: now(ctx) }]
        : [],
    ),
  );
  const digests = new Map(sealed.map((row) => [row.entryId, sealedDigest(row.details)]));
  const entries = drafts.map(
    ({ id, tenantId, action, targetId, subjectId, details = {}, vouchers = {} }) => ({
      ...withDigests({
        actor: actorText(ctx.actor),
        actorId: actingPerson(ctx),
        tenantId,
        targetId,
        subjectId,
        requestId: ctx.requestId,
      }),
      id,
      action,
      details: orNull(isSealed(ctx, subjectId) ? vouchers : { ...details, ...vouchers }),
      sealedDigest: digests.get(id) ?? null,
      createdAt: now(ctx),
    }),
  );
  // One round trip for the entry, its details and its ticket to the log.
  const writeEntries = ctx.db.insert(auditEntries).values(entries).getSQL();
  const writeTickets = ctx.db.insert(pendingEntries).values(entries.map(({ id }) => ({ entryId: id })));
  const writeDetails =
    sealed.length === 0 ? sql`` : sql`, details as (${ctx.db.insert(entryDetails).values(sealed).getSQL()})`;
  await ctx.db.execute(sql`with entries as (${writeEntries})${writeDetails} ${writeTickets.getSQL()}`);
  return drafts.map(({ id }) => id);
}

/** What the log keeps of sealed details: enough to notice a change, nothing to open when the key is gone. */
export function sealedDigest(sealedDetails: string): string {
  return createHash('sha256').update(sealedDetails).digest('hex');
}

/** The evidence of an erasure outlives the keys it destroys; it holds counts and codes only. */
function isSealed(ctx: Ctx, subjectId: string | null): subjectId is string {
  return subjectId !== null && !isErasing(ctx);
}

function isErasing({ purpose, product }: Ctx): boolean {
  return purpose !== null && product.registry.vocabulary.purposes[purpose]?.engine === 'erasure';
}

function orNull(details: AuditDetails): AuditDetails | null {
  return isEmpty(details) ? null : details;
}

function isEmpty(details: AuditDetails): boolean {
  return Object.keys(details).length === 0;
}
