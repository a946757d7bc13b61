import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const privacy = defineFeature({
  name: 'privacy',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['identity'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'privacy.wrong_case_code': ['code'],
  },
});
