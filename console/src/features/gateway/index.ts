import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const gateway = defineFeature({
  name: 'gateway',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['audit', 'catalog', 'identity'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'gateway.account_not_found': ['tenantId'],
    'gateway.model_not_found': ['modelId'],
    'gateway.upstream_name_taken': ['name'],
  },
});
