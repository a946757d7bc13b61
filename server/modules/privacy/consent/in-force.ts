import { type ConsentNotice, consentNotice, consentScopeHash, type Registry } from '@candor/privacy';
import { now, type Ctx } from '../../../kernel/context.ts';
import { type ConsentPurpose, consentPurposes } from '../../../policy.ts';
import type { Policies, PolicyVersion } from '../policy/index.ts';
import { consentNotices } from './tables.ts';

/** What holds here: the declarations, the policy they were published as, and who answers for them. */
export interface InForce {
  readonly registry: Registry;
  readonly policy: PolicyVersion;
  /** Public address of the installation, as the name of who processes. */
  readonly controller: string;
}

/** What holds at the moment of asking; settings change while a server runs. */
export type ReadInForce = () => Promise<InForce>;

export function inForceOf(deps: {
  readonly registry: Registry;
  readonly policies: Pick<Policies, 'current'>;
  readonly config: { readonly publicUrl: string };
}): ReadInForce {
  const { registry, policies, config } = deps;
  return async () => ({ registry, policy: await policies.current(), controller: config.publicUrl });
}

export type Locale = 'zh-CN' | 'en';
export const locales = ['zh-CN', 'en'] as const satisfies readonly Locale[];
const languageOf = { 'zh-CN': 'zh', en: 'en' } as const;

/** The text a person would be shown now. */
export function noticeInForce(registry: Registry, purpose: ConsentPurpose, locale: Locale): ConsentNotice {
  return consentNotice(registry, purpose, languageOf[locale]);
}

/** What a consent given now would cover. */
export function scopeInForce(registry: Registry, purpose: ConsentPurpose): string {
  return consentScopeHash(registry, purpose);
}

/** Keeps every text in force word for word, in the transaction that publishes the policy. A known text stays as it is. */
export async function keepNotices(ctx: Ctx, registry: Registry): Promise<void> {
  const rows = consentPurposes.flatMap((purpose) =>
    locales.map((locale) => {
      const { hash, title, sections } = noticeInForce(registry, purpose, locale);
      return { hash, purpose, locale, body: { title, sections }, createdAt: now(ctx) };
    }),
  );
  await ctx.db.insert(consentNotices).values(rows).onConflictDoNothing();
}

/** What a purpose is called on its switch; one that was since removed is called by its name. */
export function noticeTitle(registry: Registry, purpose: string, locale: Locale): string {
  return registry.vocabulary.purposes[purpose]?.consent?.title[languageOf[locale]] ?? purpose;
}
