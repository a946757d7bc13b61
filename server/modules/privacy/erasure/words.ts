import type { LocalisedText } from '@candor/privacy-engine';
import type { ErasureState } from './states.ts';
import type { erasureOrigins } from './tables.ts';

/** What people read in files for the codes of erasures. */
export const erasureStateWords: Readonly<Record<ErasureState, LocalisedText>> = {
  confirmed: { zh: '已确认', en: 'confirmed' },
  frozen: { zh: '已冻结', en: 'frozen' },
  planned: { zh: '已计划', en: 'planned' },
  ledgered: { zh: '已登记', en: 'noted in the ledger' },
  erased: { zh: '已删除', en: 'rows erased' },
  'keys-destroyed': { zh: '密钥已销毁', en: 'keys destroyed' },
  'sinks-erased': { zh: '外围已清除', en: 'sinks cleared' },
  vacuumed: { zh: '已压实', en: 'vacuumed' },
  probed: { zh: '已查验', en: 'probed' },
  certified: { zh: '已证明', en: 'certified' },
  failed: { zh: '失败', en: 'failed' },
};

export const erasureOriginWords: Readonly<Record<(typeof erasureOrigins)[number], LocalisedText>> = {
  person: { zh: '本人', en: 'the person' },
  case: { zh: '申请', en: 'a request' },
  restored: { zh: '恢复备份', en: 'a restored backup' },
};
