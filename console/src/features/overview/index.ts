import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const overview = defineFeature({
  name: 'overview',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['billing', 'catalog', 'identity', 'wallet'],
});
