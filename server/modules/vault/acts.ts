import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'vault.marked': { zh: '核对密钥库', en: 'Key vault compared' },
  'vault.rotated': { zh: '轮换密钥', en: 'Keys rotated' },
  'vault.restore_accepted': { zh: '接受恢复的备份', en: 'Restored backup accepted' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
