import type { AnyRoute } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import type { Language } from './i18n/language.tsx';

/** The same texts in each language; one language is loaded. */
export type TextsByLanguage<Texts extends object = object> = Readonly<Record<Language, () => Promise<Texts>>>;

export type Door = 'root' | 'signedOut' | 'signedIn' | 'operator';
export const navigationGroups = ['top', 'models', 'money', 'trust', 'operator', 'officer'] as const;

export interface NavigationItem {
  readonly group: (typeof navigationGroups)[number];
  readonly to: string;
  /** Stands here and not in `texts` because the navigation is shown before any page's texts are loaded. */
  readonly label: Readonly<Record<Language, string>>;
  readonly icon: LucideIcon;
  /** What the installation must offer for this entry to be shown. */
  readonly needs?: 'chat';
}

/** What one module brings to the console; its entries of the navigation stand in its `navigation.ts`. */
export interface Feature {
  readonly name: string;
  readonly routes?: Readonly<Record<Door, readonly AnyRoute[]>>;
  /** Loaded before the first page of the feature is shown. */
  readonly texts: TextsByLanguage;
  /** Words of the server module's problems, by their codes. */
  readonly problems?: TextsByLanguage;
  /** The features whose parts these pages show, whose texts are therefore needed too. */
  readonly uses?: readonly string[];
  /** The form fields a problem is about; the first one that the form has is marked. */
  readonly fieldsByProblem?: Readonly<Record<string, readonly string[]>>;
}

/** A member that no feature has does not compile: it would be shown nowhere. */
export function defineFeature<const Defined extends Feature>(
  feature: Defined & Readonly<Record<Exclude<keyof Defined, keyof Feature>, never>>,
): Defined {
  return feature;
}
