import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const wallet = defineFeature({
  name: 'wallet',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['audit', 'billing', 'identity'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'wallet.serial_number_settled': ['serialNumber'],
    'wallet.serial_number_taken': ['serialNumber'],
    'wallet.tenant_not_found': ['tenantId'],
  },
});
