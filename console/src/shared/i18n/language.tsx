import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { billingZone } from '../billing-zone.ts';
import type { TextStore } from './text-store.ts';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'candor.language';

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

function rememberedLanguage(): Language | undefined {
  try {
    const remembered = localStorage.getItem(storageKey);
    return isLanguage(remembered) ? remembered : undefined;
  } catch {
    return undefined;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** The language chosen before, else the first one of the browser's that we speak, else Chinese. */
export function detectLanguage(preferred: readonly string[] = navigator.languages): Language {
  const remembered = rememberedLanguage();
  if (remembered !== undefined) return remembered;
  for (const tag of preferred) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'zh-CN';
}

interface LanguageState {
  language: Language;
  /** `zh` or `en`, as the API names the two texts it holds. */
  textLanguage: 'zh' | 'en';
  setLanguage: (language: Language) => void;
  /** Adopts the language of the account unless the person has chosen one in this browser. */
  suggestLanguage: (language: unknown) => void;
}

const LanguageContext = createContext<LanguageState | undefined>(undefined);

export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (state === undefined) throw new Error('useLanguage needs a LanguageProvider');
  return state;
}

interface LanguageProviderProps {
  texts: TextStore;
  children: ReactNode;
}

export function LanguageProvider({ texts, children }: LanguageProviderProps) {
  const current = useSyncExternalStore(texts.subscribe, texts.shown);

  useEffect(() => {
    document.documentElement.lang = current.language;
  }, [current.language]);

  const state = useMemo<LanguageState>(
    () => ({
      language: current.language,
      textLanguage: current.language === 'zh-CN' ? 'zh' : 'en',
      setLanguage: (language) => {
        remember(language);
        void texts.show(language);
      },
      suggestLanguage: (language) => {
        if (rememberedLanguage() === undefined && isLanguage(language)) void texts.show(language);
      },
    }),
    [current.language, texts],
  );

  return (
    <LanguageContext value={state}>
      <IntlProvider locale={current.language} messages={current.messages} timeZone={billingZone}>
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}
