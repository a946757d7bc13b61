import { defineFeature, type TextsByLanguage } from '../../shared/feature.ts';
import { routes } from './routes.ts';

/** What the pages before the sign-in say: less than the whole feature. */
export const doorTexts: TextsByLanguage = {
  'zh-CN': async () => ({ identity: (await import('./messages.zh.ts')).identityZh }),
  en: async () => ({ identity: (await import('./messages.en.ts')).identityEn }),
};

export const identity = defineFeature({
  name: 'identity',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['privacy', 'audit'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'identity.email_taken': ['email'],
    'identity.phone_taken': ['phone'],
    'identity.username_lookalike': ['username'],
    'identity.username_taken': ['username'],
    'identity.weak_password': ['password', 'newPassword'],
    'identity.wrong_code': ['code'],
  },
});
