import type { LocalisedText } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { asSystem, type Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { placeTitle } from '../place-title.ts';
import { type Erasure, findErasure, hashReference } from './erasure-store.ts';
import { openCertificate } from './seal-certificate.ts';
import type { ErasureState } from './states.ts';
import { erasures } from './tables.ts';

export interface ErasureStatus {
  readonly erasureId: string;
  readonly state: ErasureState;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly certifiedAt: Date | null;
  /** Places where something is left, only while the erasure has failed. */
  readonly residue: readonly { readonly place: string; readonly title: LocalisedText }[];
}

/** How far an erasure is, for the holder of its reference: there is no session to ask in any more. @throws `kernel.not_found` */
export async function followErasure(ctx: Ctx, reference: string): Promise<ErasureStatus> {
  authorize(ctx, 'privacy:follow-erasure');
  return viewStatus(ctx, await findByReference(ctx, reference));
}

/** The signed certificate, once there is one. @throws `kernel.not_found` */
export async function readCertificate(ctx: Ctx, reference: string): Promise<string> {
  authorize(ctx, 'privacy:follow-erasure');
  const { state, certificate } = await findByReference(ctx, reference);
  if (state !== 'certified' || certificate === null) throw notFound();
  return openCertificate(certificate, reference);
}

async function findByReference(ctx: Ctx, reference: string): Promise<Erasure> {
  return inTransaction(asSystem(ctx, 'erasure'), 'erasure', async (ctx) => {
    const [row] = await ctx.db
      .select({ id: erasures.id })
      .from(erasures)
      .where(eq(erasures.referenceHash, hashReference(reference)));
    const erasure = row === undefined ? undefined : await findErasure(ctx, row.id);
    if (erasure === undefined) throw notFound();
    return erasure;
  });
}

export function viewStatus(ctx: Ctx, erasure: Erasure): ErasureStatus {
  const { id, state, createdAt, updatedAt, certifiedAt, residue } = erasure;
  const places = state === 'failed' ? (residue ?? []) : [];
  return {
    erasureId: id,
    state,
    createdAt,
    updatedAt,
    certifiedAt,
    residue: places.map(({ place }) => ({ place, title: placeTitle(ctx, place) })),
  };
}
