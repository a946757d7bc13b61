import type { LoadMessages } from '../shared/i18n/language.tsx';
import type { messages } from './messages-zh.ts';

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof messages;
    Locale: 'zh-CN' | 'en';
  }
}

/** Each language is a chunk of its own; only the one in use is loaded. */
export const loadMessages: LoadMessages = {
  'zh-CN': async () => (await import('./messages-zh.ts')).messages,
  en: async () => (await import('./messages-en.ts')).messages,
};
