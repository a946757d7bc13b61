import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'gateway.rate_limit_set': { zh: '设置限流', en: 'Rate limit set' },
  'gateway.rate_limit_removed': { zh: '取消限流', en: 'Rate limit removed' },
  'gateway.upstream_created': { zh: '添加上游', en: 'Upstream added' },
  'gateway.upstream_changed': { zh: '修改上游', en: 'Upstream changed' },
  'gateway.upstream_tested': { zh: '测试上游', en: 'Upstream tested' },
  'gateway.upstream_deleted': { zh: '删除上游', en: 'Upstream deleted' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
