import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const notifications = defineFeature({
  name: 'notifications',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'notifications.no_mail': ['email'],
    'notifications.no_text_messages': ['phone'],
  },
});
