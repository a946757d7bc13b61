import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const catalog = defineFeature({
  name: 'catalog',
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
    'catalog.price_conflict': ['effectiveFrom'],
    'catalog.price_in_the_past': ['effectiveFrom'],
  },
});
