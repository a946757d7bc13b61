import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'catalog.model_registered': { zh: '登记模型', en: 'Model registered' },
  'catalog.model_withdrawn': { zh: '下架模型', en: 'Model withdrawn' },
  'catalog.price_set': { zh: '发布价格', en: 'Price published' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
