import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'audit.person_read': { zh: '工作人员查看个人信息', en: 'Staff looked at personal data' },
  'audit.log_exported': { zh: '导出审计日志', en: 'Audit log exported' },
  'audit.auditor_admitted': { zh: '准许审计员查阅日志', en: 'Auditor admitted' },
  'audit.auditor_read': { zh: '审计员查阅日志', en: 'Auditor read the log' },
  'audit.end_proofs_begun': { zh: '开始为引用的终止留证', en: 'Proofs of ended references begun' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
