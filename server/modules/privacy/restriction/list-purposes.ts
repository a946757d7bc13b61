import { basisText, type Language } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { objections, restrictions } from '../schema.ts';

export interface PurposeView {
  readonly purpose: string;
  readonly text: string;
  readonly basis: string;
  readonly restsOnConsent: boolean;
  /** Whether the person can object to it; a restriction stops the same purposes. */
  readonly canStop: boolean;
  readonly objectedAt: Date | null;
}

export interface Processing {
  readonly restrictedSince: Date | null;
  readonly purposes: PurposeView[];
}

/** Why data of the person are processed, and what of it they have stopped. */
export async function readProcessing(ctx: Ctx, language: Language): Promise<Processing> {
  authorize(ctx, 'privacy:read-self');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const [restriction] = await ctx.db
      .select({ createdAt: restrictions.createdAt })
      .from(restrictions)
      .where(eq(restrictions.subjectId, userOf(ctx)));
    const objected = await ctx.db
      .select({ purpose: objections.purpose, createdAt: objections.createdAt })
      .from(objections)
      .where(eq(objections.subjectId, userOf(ctx)));
    const objectedAt = new Map(objected.map(({ purpose, createdAt }) => [purpose, createdAt]));
    const { vocabulary } = ctx.product.registry;
    const purposes = Object.entries(vocabulary.purposes).map(([purpose, definition]) => ({
      purpose,
      text: definition.text[language],
      basis: basisText(definition, vocabulary, language),
      restsOnConsent: definition.basis.endsWith('consent'),
      canStop: definition.duringRestriction === 'stops',
      objectedAt: objectedAt.get(purpose) ?? null,
    }));
    return { restrictedSince: restriction?.createdAt ?? null, purposes };
  });
}
