import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const problems = defineFeature({
  name: 'problems',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['privacy'],
});
