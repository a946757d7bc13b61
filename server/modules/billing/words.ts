import type { LocalisedText } from '@candor/privacy-engine';
import type { UsageOutcome } from './schema.ts';

/** What people read for the codes of this module, on pages and in files. */
export const outcomeWords: Readonly<Record<UsageOutcome, LocalisedText>> = {
  completed: { zh: '完成', en: 'completed' },
  client_gone: { zh: '客户端中断', en: 'client left' },
  upstream_failed: { zh: '上游失败', en: 'upstream failed' },
  stopped: { zh: '被停止', en: 'stopped' },
  balance_exhausted: { zh: '余额用尽', en: 'balance exhausted' },
};
