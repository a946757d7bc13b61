import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'announcements.news_written': { zh: '撰写产品动态', en: 'News written' },
  'announcements.news_started': { zh: '开始发送产品动态', en: 'Sending of news started' },
  'announcements.news_sent': { zh: '产品动态发送完成', en: 'News sent' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
