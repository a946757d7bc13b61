import { type ConsentNotice, consentNotice, consentScopeHash } from '@candor/privacy-engine';
import { now, type Ctx } from '../../../kernel/context.ts';
import { type ConsentPurpose, consentPurposes } from '../../../declare/policy.ts';
import type { Policies, PolicyVersion } from '../policy/index.ts';
import { consentNotices } from './tables.ts';

/** What holds here: the policy the declarations were published as, and who answers for them. */
export interface InForce {
  readonly policy: PolicyVersion;
  /** Public address of the installation, as the name of the handler. */
  readonly controller: string;
}

/** What holds at the moment of asking; settings change while a server runs. */
export type ReadInForce = () => Promise<InForce>;

export function inForceOf(deps: {
  readonly policies: Pick<Policies, 'current'>;
  readonly config: { readonly publicUrl: string };
}): ReadInForce {
  const { policies, config } = deps;
  return async () => ({ policy: await policies.current(), controller: config.publicUrl });
}

export type Locale = 'zh-CN' | 'en';
export const locales = ['zh-CN', 'en'] as const satisfies readonly Locale[];
const languageOf = { 'zh-CN': 'zh', en: 'en' } as const;

/** The text a person would be shown now. */
export function noticeInForce(ctx: Ctx, purpose: ConsentPurpose, locale: Locale): ConsentNotice {
  return consentNotice(ctx.product.registry, purpose, languageOf[locale]);
}

/** What a consent given now would cover. */
export function scopeInForce(ctx: Ctx, purpose: ConsentPurpose): string {
  return consentScopeHash(ctx.product.registry, purpose);
}

/** Keeps every text in force word for word, in the transaction that publishes the policy. A known text stays as it is. */
export async function keepNotices(ctx: Ctx): Promise<void> {
  const rows = consentPurposes.flatMap((purpose) =>
    locales.map((locale) => {
      const { hash, title, sections } = noticeInForce(ctx, purpose, locale);
      return { hash, purpose, locale, body: { title, sections }, createdAt: now(ctx) };
    }),
  );
  await ctx.db.insert(consentNotices).values(rows).onConflictDoNothing();
}

/** What a purpose is called on its switch; one that was since removed is called by its name. */
export function noticeTitle(ctx: Ctx, purpose: string, locale: Locale): string {
  return ctx.product.registry.vocabulary.purposes[purpose]?.consent?.title[languageOf[locale]] ?? purpose;
}
