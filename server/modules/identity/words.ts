import type { LocalisedText } from '@candor/privacy-engine';

/** What people read in files for the codes of this module. */
export const tenantKindWords: Readonly<Record<string, LocalisedText>> = {
  personal: { zh: '个人', en: 'personal' },
  organisation: { zh: '组织', en: 'organisation' },
  platform: { zh: '平台', en: 'platform' },
};

export const tenantStatusWords: Readonly<Record<string, LocalisedText>> = {
  active: { zh: '正常', en: 'active' },
  frozen: { zh: '已冻结', en: 'frozen' },
  closed: { zh: '已注销', en: 'closed' },
};

export const keyStatusWords: Readonly<Record<string, LocalisedText>> = {
  active: { zh: '可用', en: 'active' },
  disabled: { zh: '已停用', en: 'disabled' },
  expired: { zh: '已过期', en: 'expired' },
  exhausted: { zh: '额度用尽', en: 'quota used up' },
};
