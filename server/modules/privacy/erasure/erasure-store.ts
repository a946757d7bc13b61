import { createHash, randomBytes } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { fromSealedText, type Identifier, open, seal, toSealedText } from '@candor/privacy-engine';
import { type Ctx, now } from '../../../kernel/context.ts';
import type { ErasedPerson } from '../../../declare/sink.ts';
import { type ErasureState, erasureTransitions } from './states.ts';
import { erasures } from './tables.ts';

export type Erasure = typeof erasures.$inferSelect & { readonly state: ErasureState };
export type ErasureChanges = Partial<typeof erasures.$inferInsert>;

/** Another worker has done this step meanwhile. */
export class ErasureMovedOnError extends Error {
  constructor(id: string) {
    super(`erasure ${id} has moved on`);
    this.name = 'ErasureMovedOnError';
  }
}

export async function findErasure(ctx: Ctx, id: string): Promise<Erasure | undefined> {
  const [row] = await ctx.db.select().from(erasures).where(eq(erasures.id, id));
  return row === undefined ? undefined : asErasure(row);
}

/** The row, locked until the transaction ends. @throws ErasureMovedOnError when it is not in `state` any more. */
export async function lockErasure(ctx: Ctx, id: string, state: ErasureState): Promise<Erasure> {
  const [row] = await ctx.db.select().from(erasures).where(eq(erasures.id, id)).for('update');
  if (row === undefined || row.state !== state) throw new ErasureMovedOnError(id);
  return asErasure(row);
}

/** The only way from one state to the next. Joins the caller's transaction. */
export async function moveErasure(
  ctx: Ctx,
  erasure: Pick<Erasure, 'id' | 'state'>,
  to: ErasureState,
  changes: ErasureChanges = {},
): Promise<void> {
  const allowed: readonly string[] = erasureTransitions[erasure.state];
  if (!allowed.includes(to)) throw new Error(`no way from ${erasure.state} to ${to}`);
  const moved = await ctx.db
    .update(erasures)
    .set({ ...changes, state: to, updatedAt: now(ctx) })
    .where(and(eq(erasures.id, erasure.id), eq(erasures.state, erasure.state)));
  if (moved.rowCount !== 1) throw new ErasureMovedOnError(erasure.id);
}

/** Whom it is about. Only an erasure that is over has forgotten that. */
export function personOf(erasure: Erasure): ErasedPerson {
  if (erasure.subjectId === null) throw new Error(`erasure ${erasure.id} has forgotten whom it was about`);
  return { userId: erasure.subjectId, tenantId: erasure.tenantId };
}

/** What the person follows the erasure with when no session is left, and opens the certificate with: shown once. */
export function newReference(): string {
  return `er_${randomBytes(24).toString('base64url')}`;
}

/** The reference has 192 random bits, so a plain hash cannot be reversed by trying. */
export function hashReference(reference: string): string {
  return createHash('sha256').update(reference).digest('base64url');
}

/** Sealed like the identifiers of the person, so that the certificate can be made for the holder of the reference. */
export async function sealReference(ctx: Ctx, id: string, reference: string): Promise<string> {
  const cell = { ...probeCell(id), column: 'sealed_reference' };
  return toSealedText(seal(await ctx.vault.dek(cell.subject, cell.keyClass), 'text', reference, cell));
}

/** Null for an erasure that began before certificates were sealed. */
export async function openReference(ctx: Ctx, erasure: SealedReference): Promise<string | null> {
  if (erasure.sealedReference === null) return null;
  const reference = await findReference(ctx, erasure);
  if (reference === null) throw new Error(`the key of the reference of ${erasure.id} is gone`);
  return reference;
}

type SealedReference = Pick<Erasure, 'id' | 'sealedReference'>;

/** Null once the erasure is certified: the key of the reference has gone with it. */
export async function findReference(
  ctx: Ctx,
  { id, sealedReference }: SealedReference,
): Promise<string | null> {
  if (sealedReference === null) return null;
  const cell = { ...probeCell(id), column: 'sealed_reference' };
  const found = await ctx.vault.find(cell.subject, cell.keyClass);
  return found.state === 'live' ? open(found.key, 'text', fromSealedText(sealedReference), cell) : null;
}

/** The identifiers of the person are sealed under a key that lives exactly as long as the erasure. */
export async function sealProbeSet(
  ctx: Ctx,
  id: string,
  identifiers: readonly Identifier[],
): Promise<string> {
  const cell = probeCell(id);
  const key = await ctx.vault.dek(cell.subject, cell.keyClass);
  const value = identifiers.map(({ value, kind }) => ({ value, kind }));
  return toSealedText(seal(key, 'json', value, cell));
}

export async function openProbeSet(ctx: Ctx, erasure: Erasure): Promise<Identifier[]> {
  if (erasure.probeSet === null) return [];
  const cell = probeCell(erasure.id);
  const found = await ctx.vault.find(cell.subject, cell.keyClass);
  if (found.state !== 'live') throw new Error(`the key of the probe set of ${erasure.id} is ${found.state}`);
  return asIdentifiers(open(found.key, 'json', fromSealedText(erasure.probeSet), cell));
}

export async function destroyProbeKey(ctx: Ctx, id: string): Promise<void> {
  await ctx.vault.destroy(probeCell(id).subject, 'all');
}

function probeCell(id: string) {
  return {
    table: 'privacy.erasures',
    column: 'probe_set',
    row: id,
    subject: `erasure:${id}`,
    keyClass: 'core',
  } as const;
}

/** Guarantee: the check of the column and the transitions above allow no other state. */
export function asErasure(row: typeof erasures.$inferSelect): Erasure {
  return row as Erasure;
}

/** Guarantee: written by `sealProbeSet` and authenticated by its seal. */
function asIdentifiers(value: unknown): Identifier[] {
  return value as Identifier[];
}
