import type { Messages } from 'use-intl';
import type { TextsByLanguage } from '../feature.ts';
import type { Language } from './language.tsx';

interface ShownTexts {
  readonly language: Language;
  readonly messages: Messages;
}

export interface TextStore {
  readonly shown: () => ShownTexts;
  readonly subscribe: (listener: () => void) => () => void;
  /** Loads these texts in the language in use, unless they are there. */
  readonly need: (texts: readonly TextsByLanguage[]) => Promise<void>;
  /** Loads everything needed so far in another language, then shows it. */
  readonly show: (language: Language) => Promise<void>;
}

/** The texts needed so far, in one language. */
export async function createTextStore(
  language: Language,
  first: readonly TextsByLanguage[],
): Promise<TextStore> {
  const listeners = new Set<() => void>();
  const needed = new Set(first);
  let loadedCount = needed.size;
  let wanted = language;
  let shown: ShownTexts = { language, messages: await load(language, needed) };

  async function update(): Promise<void> {
    const next = wanted;
    const count = needed.size;
    const messages = await load(next, needed);
    // While this was on its way, more or another language was asked for: what is shown is never older than asked.
    if (next !== wanted || count !== needed.size) return update();
    loadedCount = count;
    shown = { language: next, messages };
    for (const listener of listeners) listener();
  }

  return {
    shown: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    need: async (texts) => {
      for (const text of texts) needed.add(text);
      if (needed.size > loadedCount) await update();
    },
    show: async (next) => {
      wanted = next;
      if (next !== shown.language) await update();
    },
  };
}

/** One object of all texts. The words of problems stand under one key, whichever feature brings them. */
async function load(language: Language, needed: ReadonlySet<TextsByLanguage>): Promise<Messages> {
  const parts = await Promise.all([...needed].map((texts) => texts[language]()));
  const messages: { problems?: object } = {};
  for (const part of parts) {
    const problems = { ...messages.problems, ...('problems' in part ? (part.problems as object) : {}) };
    Object.assign(messages, part, { problems });
  }
  // Guarantee: a page's route has needed the texts of its feature before the page is shown (`app/router.tsx`).
  return messages as Messages;
}
