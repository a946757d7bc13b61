import { defineFeature } from '../../shared/feature.ts';

export const audit = defineFeature({
  name: 'audit',
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
});
