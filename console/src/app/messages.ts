import type { Feature, TextsByLanguage } from '../shared/feature.ts';
import type { commonZh } from '../shared/i18n/common.zh.ts';
import type { issuesZh } from '../shared/i18n/issues.zh.ts';
import { doorTexts, identity } from '../features/identity/index.ts';
import { notifications } from '../features/notifications/index.ts';
import { features } from './features.ts';

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type TextsIn<F> = F extends { texts: TextsByLanguage<infer Texts> } ? Texts : never;

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof commonZh & { issues: typeof issuesZh } & Together<TextsIn<(typeof features)[number]>>;
    Locale: 'zh-CN' | 'en';
  }
}

/** What is shown before any feature: the frame, faults, and what is wrong with a field. */
export const coreTexts: TextsByLanguage = {
  'zh-CN': async () => (await import('./core-texts.zh.ts')).texts,
  en: async () => (await import('./core-texts.en.ts')).texts,
};

const byName: ReadonlyMap<string, Feature> = new Map(features.map((feature) => [feature.name, feature]));

/** The texts of a feature and of the features whose parts it shows. */
export function textsOf(name: string, seen: Set<string> = new Set()): TextsByLanguage[] {
  const feature = byName.get(name);
  if (feature === undefined) throw new Error(`no feature is called ${name}`);
  if (seen.has(name)) return [];
  seen.add(name);
  return [feature.texts, ...(feature.uses ?? []).flatMap((used) => textsOf(used, seen))];
}

/** A call may fail in a module other than the page's, so the words of all problems come together. */
export const problemWords: readonly TextsByLanguage[] = features.flatMap((feature: Feature) =>
  feature.problems === undefined ? [] : [feature.problems],
);

/** What the pages before the sign-in say, and what may go wrong there. */
export const signInTexts: readonly TextsByLanguage[] = [doorTexts, identity.problems, notifications.problems];
