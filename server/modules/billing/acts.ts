import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'billing.settled': { zh: '结算', en: 'Usage billed' },
  'billing.statistics_frozen': { zh: '统计一个月的用量', en: 'Statistics of a month counted' },
  'billing.statistics_read': { zh: '查看用量统计', en: 'Statistics read' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
